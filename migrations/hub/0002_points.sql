-- Points as a tender, and how products are sold.

-- How a product is sold: by weight, at a price that the cashier keys, and whether it is never named unasked.
alter table product add column weighed boolean not null default false;
alter table product add column open_price boolean not null default false;
alter table product add column discreet boolean not null default false;

-- For tenders of points: how many points they took, or below zero gave back.
alter table tender add column points bigint;

-- Which lots a redemption took its points from, less what was given back since. What is missing to the
-- redemption's points is debt.
create table burn_allocation (
    burn uuid not null,             -- the ledger entry that took them
    lot uuid not null,
    account uuid not null,
    points bigint not null check (points > 0),
    primary key (burn, lot)
);
create index burn_allocation_account on burn_allocation (account);

-- Accounts that ever spent points are few at first and asked for with every sale.
create index ledger_entry_burn on ledger_entry (account) where kind = 'burn';
