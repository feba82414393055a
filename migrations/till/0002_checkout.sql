-- Baskets put aside. Any till of the same store may take one up; the row goes with it.
create table held (
    sale uuid primary key,
    till integer not null references till (n),
    label text not null,
    items bigint not null,
    total bigint not null,
    held_at timestamptz not null,
    body text not null
) without rowid;

-- What came back of which line of which sale, in the commit that took it back.
create table returned_line (
    id integer primary key,         -- in the order in which they came back
    sale uuid not null,
    line bigint not null,
    by_sale uuid not null,
    by_line bigint not null,
    quantity bigint not null,
    paid bigint not null,
    unique (sale, line, by_sale, by_line)
);

-- Points that were spent here: what the hub's last balance of a member may not know of yet. Below zero where
-- they were given back.
create table points_spent (
    sale uuid primary key,
    card text not null,
    points bigint not null,
    at timestamptz not null
) without rowid;
create index points_spent_card on points_spent (card, at);
