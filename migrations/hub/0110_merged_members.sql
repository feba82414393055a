-- Members who turned out to be one person. Rows are added, never changed: which members are one now follows from them.
create table member_merge (
    id uuid primary key,
    survivor uuid not null references member (id),
    loser uuid not null references member (id),
    survivor_account uuid not null,
    loser_account uuid not null,
    at timestamptz not null,
    on_date date not null,          -- the chain's date then
    reason text not null,
    merged_by text not null
);
create index member_merge_survivor on member_merge (survivor_account);
create index member_merge_loser on member_merge (loser_account);

-- A merge that was a mistake, once.
create table member_unmerge (
    merged uuid primary key references member_merge (id),
    at timestamptz not null,
    on_date date not null,
    reason text not null,
    unmerged_by text not null
);

-- Kept beside those rows and checked by `ledger verify`: who a member or an account is part of now, and since when.
alter table member add column merged_into uuid;
alter table member add column merged_at timestamptz;
create index member_merged_into on member (merged_into) where merged_into is not null;
alter table account add column merged_into uuid;
create index account_merged_into on account (merged_into) where merged_into is not null;
-- The same for all accounts that are or ever were one with another.
alter table account add column family uuid;
create index account_family on account (family) where family is not null;

-- Whose a card was before its member was merged: none where it never moved.
alter table card add column home uuid;
create index card_home on card (home) where home is not null;
