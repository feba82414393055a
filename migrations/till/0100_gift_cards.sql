alter table product add column gift_card boolean not null default false;

-- Amounts of gift cards that the hub was asked to hold for a basket. A row is there before the hub is asked, so that an
-- answer that was lost is asked for again under the same id. Given up: the log says so, and the hub may not have heard yet.
create table gift_hold (
    hold uuid primary key,
    till integer not null references till (n),
    sale uuid not null,
    digest text not null,
    last_four text not null,
    asked bigint not null,
    given_up boolean not null default false
) without rowid;
create index gift_hold_till on gift_hold (till);

-- The hub sent no till of the release before which products are gift cards: everything is asked for once more.
update hub set feed_cursor = 0;
