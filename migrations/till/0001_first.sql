-- The agent's own file. Amounts as everywhere: money in minor units, points in hundredths, quantities in
-- thousandths, rates in 1/100 %.

-- hub ------------------------------------------------------------------------------------------------
-- The hub this agent belongs to. Another hub at the same address is refused.
create table hub (
    only_one boolean primary key check (only_one),
    url text not null,
    hub_id text not null,
    chain text not null,
    currency text not null,
    locale text not null,
    epoch bigint not null,          -- 0 until the hub was heard for the first time
    feed_cursor bigint not null,    -- moves in the same commit as the rows behind it
    pulled_at timestamptz
);

-- tills ----------------------------------------------------------------------------------------------
create table till (
    n integer primary key,          -- this agent's short number of it: the one in the screen's address
    id uuid not null unique,
    store text not null,
    code text not null,
    store_name text not null,
    zone text not null,
    last_receipt bigint not null,   -- the last number this agent gave out itself
    cashier text,
    enrolled_at timestamptz not null,
    unique (store, code)
);

-- log ------------------------------------------------------------------------------------------------
-- "To send" is what lies between `acked_seq` and the end; there is no flag on a row.
create table log (
    n integer primary key,
    id uuid not null unique,
    till integer not null references till (n),
    head_seq bigint not null,
    head_hash blob not null,
    acked_seq bigint not null,
    acked_hash blob not null,
    sealed_at bigint,               -- for a sealed log: its last event that no later log carries again
    opened_at timestamptz not null,
    check (acked_seq >= 0 and head_seq >= 0)
);
create unique index log_open on log (till) where sealed_at is null;
create index log_till on log (till);

create table outbox (
    id integer primary key,
    log integer not null references log (n),
    seq bigint not null,
    event uuid not null,
    hash blob not null,
    bytes blob not null             -- made once, sent and hashed as they stand
);
create unique index outbox_place on outbox (log, seq);
create index outbox_event on outbox (event);

-- journal --------------------------------------------------------------------------------------------
-- Every sale of this agent by its natural key. Its lines are in the event of the same id.
create table journal (
    till integer not null references till (n),
    business_date text not null,
    receipt_no bigint not null,
    sale uuid not null,
    status text not null,
    card text,
    total bigint not null,
    digest blob not null,           -- of the content: tells a repeat from another sale under the same number
    occurred_at timestamptz not null,
    primary key (till, business_date, receipt_no)
) without rowid;
create unique index journal_sale on journal (sale);

-- catalogue ------------------------------------------------------------------------------------------
create table product (
    sku text primary key,
    name text not null,
    product_line text not null,
    category text not null,
    price bigint not null,
    tax_rate bigint not null,
    active boolean not null
) without rowid;
create index product_name on product (name collate nocase);

-- Codes in one normal form, so that a lookup is one point query whatever the scanner adds or drops.
create table barcode (
    code text primary key,
    sku text not null
) without rowid;
create index barcode_sku on barcode (sku);

create table card (
    number text primary key,
    member blob not null,
    active boolean not null
) without rowid;

create table member (
    id blob primary key,
    body text not null              -- the snapshot as the hub stated it, with its age
) without rowid;

create table programme (
    version bigint primary key,
    body text not null
);

-- checkout -------------------------------------------------------------------------------------------
create table basket (
    till integer primary key references till (n),
    sale uuid not null,             -- the id the sale will have: a repeated Pay finds it in the journal
    body text not null,
    changed_at timestamptz not null
);

-- What this agent heard about offers: keeps a used or declined one from being shown again before the
-- hub's next snapshot says so.
create table offer_answer (
    promotion uuid not null,
    member uuid not null,
    sale uuid not null,
    response text not null,
    business_date text not null,
    primary key (member, promotion, sale)
) without rowid;
