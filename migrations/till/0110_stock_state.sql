-- Products that run low or are out in the stores of this agent's tills, by the hub. Of what has no row nothing is known
-- that were worth saying.
create table stock_state (
    store text not null,
    sku text not null,
    state text not null,            -- low | out
    as_of timestamptz not null,     -- when the hub saw that it had become so
    primary key (store, sku)
) without rowid;

-- The hub sent none to the release before, which could not read them: everything is asked for once more.
update hub set feed_cursor = 0;
