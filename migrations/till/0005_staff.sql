-- cashiers -------------------------------------------------------------------------------------------
-- Those who may work at a till of this agent; who left or moved elsewhere goes. Without any, the till is
-- worked without log-in.
create table cashier (
    code text primary key,
    badge text,                     -- digest of the badge's code
    body text not null              -- the row as the hub stated it
) without rowid;
create unique index cashier_badge on cashier (badge) where badge is not null;

-- Wrong PINs in a row; kept over a restart, so that starting anew gives nobody another five.
create table pin_failure (
    cashier text primary key,
    wrong bigint not null,
    waits_until timestamptz
) without rowid;

alter table till add column training boolean not null default false;
alter table till add column last_z bigint not null default 0;

-- shifts ---------------------------------------------------------------------------------------------
create table shift (
    id uuid primary key,
    till integer not null references till (n),
    opened text not null,           -- the event that opened it
    number bigint,                  -- of the Z report; none while it is open
    closed text,                    -- the Z report
    unique (till, number)
);
create unique index shift_open on shift (till) where closed is null;

create trigger shift_closed_for_good before update on shift when old.closed is not null
begin
    select raise(abort, 'a closed shift is never changed');
end;
create trigger shift_kept before delete on shift
begin
    select raise(abort, 'a shift is never removed');
end;

-- Which tickets a shift took; what they say is in their events.
create table shift_sale (
    shift uuid not null references shift (id),
    sale uuid not null,
    primary key (shift, sale)
) without rowid;

create table cash_move (
    id uuid primary key,
    shift uuid not null references shift (id),
    body text not null
);
create index cash_move_shift on cash_move (shift);
