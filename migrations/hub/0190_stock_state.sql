-- What the tills of a store were told of a product: low, out, or enough again. Written when it changes.
create table stock_state (
    store text not null,
    sku text not null,
    state text not null,            -- enough | low | out
    as_of timestamptz not null,     -- when it was seen that it had become so
    feed_no bigint not null,
    primary key (store, sku)
);
create index stock_state_feed on stock_state (store, feed_no);
