-- A product that is a gift card: the till asks which card it is, and what is to be on it.
alter table product add column gift_card boolean not null default false;

-- Gift cards. A number is money to whoever knows it, so here stand its digest and its last four digits. `balance` is the
-- sum of the entries, `held` that of what tills hold of it; what may be spent is the one less the other.
create table gift_card (
    digest text primary key,
    last_four text not null,
    blocked boolean not null default false,
    balance bigint not null default 0 check (balance >= 0),
    held bigint not null default 0 check (held >= 0),
    created_at timestamptz not null,
    check (held <= balance)
);

-- What happened to a card; rows are added and never changed. The id names what caused it, so that the same event does
-- nothing twice.
create table gift_card_entry (
    id text primary key,
    digest text not null references gift_card (digest),
    kind text not null,             -- 'loaded', 'spent', 'refunded', 'blocked', 'unblocked'
    amount bigint not null,         -- above zero where money comes onto the card
    sale uuid,
    store text,
    till text,
    business_date date not null,
    who text,                       -- of the staff, where no sale caused it
    note text not null default '',
    noted_at timestamptz not null
);
create index gift_card_entry_card on gift_card_entry (digest, noted_at);

-- Amounts that tills hold for a sale. The id is the till's; a row stays when the hold has ended, so that a request that
-- comes late or twice holds nothing again.
create table gift_card_hold (
    hold uuid primary key,
    digest text not null,
    store text not null,
    till text not null,
    log uuid,                       -- none of one that ended before it was asked for
    seq bigint not null,            -- where the till's log stood
    sale uuid,
    asked bigint not null check (asked >= 0),
    amount bigint not null check (amount >= 0),
    card_left bigint not null check (card_left >= 0),
    state text not null,            -- 'held', 'paid', 'ended'
    held_at timestamptz not null,
    ended_at timestamptz,
    ended_by text                   -- 'till', 'log', or who of the staff
);
create index gift_card_hold_card on gift_card_hold (digest, state);
create index gift_card_hold_log on gift_card_hold (log, state);

-- What a sale took of a card that was not there any more: the sale stands, and somebody looks at it. What comes onto the
-- card later pays this first.
create table gift_card_shortfall (
    id text primary key,            -- of the entry that lacks it
    digest text not null,
    sale uuid not null,
    store text not null,
    till text not null,
    business_date date not null,
    missing bigint not null check (missing >= 0),
    noted_at timestamptz not null
);
create index gift_card_shortfall_card on gift_card_shortfall (digest);

-- How far each log has come with the close of a shift. A till closes none while something is paid in part: what it held
-- before is not spent any more.
create table gift_card_passed (
    log uuid primary key,
    seq bigint not null
);
