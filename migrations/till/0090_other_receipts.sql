-- Receipts of other agents' tills, as the hub told of them: their goods may come back here. One of which nothing came
-- back here goes again after a day.
create table other_receipt (
    sale uuid primary key,
    store_name text not null,
    body text not null,             -- the sale as its till closed it
    learned_at timestamptz not null
) without rowid;
