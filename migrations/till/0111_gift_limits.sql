-- Gifts that this agent's tills handed over, for limits of a member: the member's snapshot may not know of them yet.
create table gift_taken (
    sale uuid not null,
    line bigint not null,
    card text not null,
    sku text not null,
    business_date text not null,
    at timestamptz not null,
    primary key (sale, line)
) without rowid;
create index gift_taken_card on gift_taken (card);

-- Gifts that were handed over as often as the programme lets them be, by the hub.
create table gift_gone (
    sku text primary key,
    ends_on text                    -- the last day for which that holds; none where it does not end
) without rowid;

-- The hub sent none to the release before, which could not read them: everything is asked for once more.
update hub set feed_cursor = 0;
