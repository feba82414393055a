-- Baskets that tills of a store put aside, so that any agent of it can take one up. They are no sales. At the end of
-- the day a basket's content goes, and its label unless somebody has to look at it; the row says for some weeks who took it.
create table held_basket (
    hold uuid primary key,
    store text not null,
    till text not null,             -- that put it aside
    label text not null,
    items bigint not null,
    total bigint not null,
    held_at timestamptz not null,
    ends_at timestamptz not null,   -- nobody else takes it up from then on
    shape bigint not null,
    body text,                      -- none once the day is over
    taken_by uuid,                  -- the till's id: the same till asks again and hears the same
    taken_till text,
    taken_at timestamptz,
    also_at timestamptz             -- the till that put it aside sold it too, without the hub
);
create index held_basket_store on held_basket (store, ends_at);
create index held_basket_ends on held_basket (ends_at);
