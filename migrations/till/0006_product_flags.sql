-- How a product is sold: by weight, at a price that the cashier keys, and whether it is never named unasked.
-- A row gets its flags with its next change in the hub's feed.
alter table product add column weighed boolean not null default false;
alter table product add column open_price boolean not null default false;
alter table product add column discreet boolean not null default false;
