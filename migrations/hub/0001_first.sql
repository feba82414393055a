-- One text for SQLite and PostgreSQL: bigint, text, boolean, uuid, date, timestamptz, bytea only.
-- Amounts: money in minor units, points in hundredths, quantities in thousandths, rates in 1/100 %.

-- access ---------------------------------------------------------------------------------------------
create table hub (
    only_one boolean primary key check (only_one),
    hub_id text not null,
    epoch bigint not null,          -- a new one after every restore
    chain text not null,
    currency text not null,
    locale text not null,
    created_at timestamptz not null
);

create table staff (
    id uuid primary key,
    login text not null unique,
    name text not null,
    password_hash text not null,
    role text not null,
    active boolean not null,
    locale text,
    theme text,
    created_at timestamptz not null
);

-- No row means every store.
create table staff_store (
    staff uuid not null references staff (id),
    store text not null,
    primary key (staff, store)
);

create table staff_session (
    token_hash text primary key,
    staff uuid not null references staff (id),
    csrf text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null
);

create table login_failure (
    login text not null,
    at timestamptz not null
);
create index login_failure_at on login_failure (login, at);

create table api_token (
    id uuid primary key,
    token_hash text not null unique,
    name text not null,
    role text not null,
    created_at timestamptz not null,
    revoked_at timestamptz
);

create table till (
    id uuid primary key,
    store text not null,
    code text not null,
    public_key text,
    session bigint not null,
    enrolled_at timestamptz,
    revoked_at timestamptz,
    seen_at timestamptz,
    version text,
    unsent bigint,
    clock_offset_ms bigint,
    unique (store, code)
);

create table enrol_code (
    code_hash text primary key,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);

create table enrol_code_till (
    code_hash text not null references enrol_code (code_hash),
    till uuid not null references till (id),
    primary key (code_hash, till)
);

create table audit (
    id uuid primary key,
    at timestamptz not null,
    who text not null,
    action text not null,
    subject text not null,
    detail text not null
);

-- catalogue ------------------------------------------------------------------------------------------
-- Feed numbers are taken from here under the row's lock, so that a reader that asks for "after n" can
-- never miss a row that commits late.
create table feed (
    only_one boolean primary key check (only_one),
    head bigint not null
);
insert into feed (only_one, head) values (true, 0);

create table store (
    code text primary key,
    name text not null,
    area text not null default '',  -- the chain's own grouping of stores
    zone text not null,             -- IANA time zone
    created_at timestamptz not null
);

create table product (
    sku text primary key,
    name text not null,
    line text not null,
    category text not null,
    price bigint not null,
    cost bigint,
    tax_rate bigint not null,
    supplier text not null,
    active boolean not null,
    feed_no bigint not null
);
create index product_feed on product (feed_no);

create table barcode (
    barcode text primary key,
    sku text not null references product (sku)
);
create index barcode_sku on barcode (sku);

-- members --------------------------------------------------------------------------------------------
create table member (
    id uuid primary key,
    code text not null unique,
    account uuid not null,
    first_name text not null,
    last_name text not null,
    email text not null,
    phone text not null,
    consent_marketing boolean not null,
    consent_at timestamptz,
    consent_source text not null,
    search_key text not null,       -- names, code, phone, e-mail: lower case, without accents
    created_at timestamptz not null
);
create index member_account on member (account);
create index member_name on member (last_name, first_name);

create table card (
    card text primary key,
    member uuid not null references member (id),
    active boolean not null,
    created_at timestamptz not null,
    feed_no bigint not null
);
create index card_member on card (member);
create index card_feed on card (feed_no);

-- ledger ---------------------------------------------------------------------------------------------
create table programme (
    version bigint primary key,
    valid_from date not null,
    body text not null,
    created_at timestamptz not null,
    feed_no bigint not null
);

-- Rows are added, never changed.
create table ledger_entry (
    id uuid primary key,
    account uuid not null,
    kind text not null check (kind in ('earn', 'burn', 'expire', 'adjust', 'reverse', 'transfer')),
    points bigint not null,
    sale uuid,
    programme bigint,
    reason text not null,           -- which rules and lines, as JSON
    occurred_at timestamptz not null,
    posted_at timestamptz not null
);
create index ledger_entry_account on ledger_entry (account);
create index ledger_entry_sale on ledger_entry (sale);

create table lot (
    id uuid primary key,            -- the entry that earned it
    account uuid not null,
    sale uuid,
    earned bigint not null,
    remaining bigint not null check (remaining >= 0),
    earned_on date not null,
    expires_on date
);
create index lot_account on lot (account);

-- The sums of the above, kept beside them and checked by `ledger verify`.
create table account (
    id uuid primary key,
    created_at timestamptz not null,
    balance bigint not null,
    debt bigint not null check (debt >= 0),
    earned bigint not null,         -- earn less reverse
    burned bigint not null,
    expired bigint not null
);

-- What each line of a sale earned, and how much of it came back since.
create table line_points (
    sale uuid not null,
    line bigint not null,
    quantity bigint not null,
    points bigint not null,
    returned_quantity bigint not null,
    primary key (sale, line)
);

-- sync -----------------------------------------------------------------------------------------------
create table log (
    id uuid primary key,
    till uuid not null,
    status text not null,
    ack_seq bigint not null,
    ack_hash text not null,
    created_at timestamptz not null
);
create index log_till on log (till);

create table log_entry (
    log uuid not null references log (id),
    seq bigint not null,
    hash text not null,
    event uuid,                     -- none where the bytes are no event
    disposition text not null,
    code text,
    primary key (log, seq)
);

create table event (
    id uuid primary key,
    log uuid not null,
    seq bigint not null,
    kind text not null,
    digest text not null,
    raw bytea not null,
    received_at timestamptz not null
);

-- Custody without effect: unreadable, conflicting, refused by a rule, or of a kind not known yet.
create table quarantine (
    log uuid not null,
    seq bigint not null,
    event uuid,
    code text not null,
    detail text not null,
    raw bytea not null,
    received_at timestamptz not null,
    settled_at timestamptz,
    settled_by text,
    primary key (log, seq)
);

-- sales ----------------------------------------------------------------------------------------------
create table sale (
    id uuid primary key,
    store text not null,
    till text not null,
    business_date date not null,
    receipt_no bigint not null,
    occurred_at timestamptz not null,
    utc_offset_s bigint not null,
    cashier text,
    card text,
    account uuid,                   -- none until the card is known
    status text not null,
    total bigint not null,
    net bigint not null,            -- sale lines less return lines, without tax
    discount bigint not null,
    has_sale boolean not null,      -- at least one line sold: the day is a visit
    log uuid not null,
    seq bigint not null,
    received_at timestamptz not null,
    unique (store, till, business_date, receipt_no)
);
create index sale_account on sale (account, business_date);
create index sale_store_date on sale (store, business_date);
create index sale_date on sale (business_date);   -- the latest date is asked for all the time
create index sale_card on sale (card);
create index sale_log on sale (log, seq);

create table sale_line (
    sale uuid not null,
    number bigint not null,
    kind text not null,
    sku text not null,
    name text not null,
    product_line text not null,
    category text not null,
    quantity bigint not null,
    unit_price bigint not null,
    gross bigint not null,
    discount bigint not null,
    net bigint not null,
    tax bigint not null,
    promotion uuid,
    origin_sale uuid,
    origin_line bigint,
    primary key (sale, number)
);
create index sale_line_origin on sale_line (origin_sale);

create table tender (
    sale uuid not null,
    number bigint not null,
    kind text not null,
    amount bigint not null,
    primary key (sale, number)
);

-- stock ----------------------------------------------------------------------------------------------
-- On hand = counted + moved: a new count restarts `moved`, the same count again changes nothing.
create table stock (
    store text not null,
    sku text not null,
    counted bigint not null,
    moved bigint not null,
    reorder_point bigint not null,
    reorder_qty bigint not null,
    lead_days bigint not null,
    counted_at timestamptz not null,
    primary key (store, sku)
);

-- insights -------------------------------------------------------------------------------------------
create table visit (
    account uuid not null,
    business_date date not null,
    store text not null,
    primary key (account, business_date, store)
);

-- Accounts whose figures changed and whose snapshot for the tills is not yet renewed.
create table stale_account (
    account uuid primary key
);

create table member_snapshot (
    member uuid primary key,
    body text not null,
    as_of timestamptz not null,
    feed_no bigint not null
);
create index member_snapshot_feed on member_snapshot (feed_no);

-- marketing ------------------------------------------------------------------------------------------
create table promotion (
    id uuid primary key,
    name text not null,
    segment text not null,          -- JSON
    offer_text text not null,
    sku text,
    percent_off bigint not null,
    valid_from date not null,
    valid_until date not null,
    active boolean not null,
    created_at timestamptz not null
);

create table offer_answer (
    event uuid primary key,
    promotion uuid not null,
    member uuid not null,
    sale uuid,
    response text not null,
    at timestamptz not null
);
create index offer_answer_promotion on offer_answer (promotion);
