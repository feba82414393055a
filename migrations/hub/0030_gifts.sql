-- Points for gifts, and points that go back to the sale that spent them.

-- The line of the ticket that is the gift which these points are the price of.
alter table tender add column gift bigint;

-- For points given back: the sale that spent them.
alter table tender add column origin_sale uuid;
