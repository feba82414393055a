-- catalogue ------------------------------------------------------------------------------------------
-- Who may work at tills. The tills of their stores verify PIN and badge by themselves.
create table cashier (
    code text primary key,          -- the alias on receipts
    name text not null,
    role text not null,
    grants text not null,           -- JSON: the role's, or this person's own
    pin_hash text,                  -- argon2id
    badge text unique,              -- digest of the badge's code
    active boolean not null,
    created_at timestamptz not null,
    feed_no bigint not null
);
create index cashier_feed on cashier (feed_no);

-- No row means every store.
create table cashier_store (
    cashier text not null references cashier (code),
    store text not null,
    primary key (cashier, store)
);

-- sales ----------------------------------------------------------------------------------------------
-- One row a shift, whichever of its events comes first or twice.
create table till_shift (
    id uuid primary key,
    till uuid not null,
    business_date date not null,
    opened_at timestamptz not null,
    opened_by text,
    cash_float bigint not null,
    number bigint,                  -- of the Z report; none while the shift is open
    closed_at timestamptz,
    closed_by text,
    counted bigint,
    expected bigint,
    sold bigint,
    returned bigint,
    tickets bigint,
    report text                     -- the Z report as the till wrote it
);
create index till_shift_opened on till_shift (opened_at);

create table till_cash_move (
    id uuid primary key,
    shift uuid not null,
    direction text not null,
    amount bigint not null,
    reason text not null,
    at timestamptz not null,
    cashier text,
    approved_by text
);
create index till_cash_move_shift on till_cash_move (shift);
