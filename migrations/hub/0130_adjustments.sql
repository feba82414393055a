-- Points that customer service gives or takes by hand: what was asked for, by whom, and what became of it. A row changes
-- once, when a second person settles it.
create table adjustment (
    id uuid primary key,            -- of the form it was sent by: sent twice it is one
    account uuid not null,
    points bigint not null check (points <> 0),
    cause text not null check (cause in ('goodwill', 'missing', 'promotion', 'mistake', 'misuse', 'other')),
    note text not null,
    sale uuid,                      -- the receipt that it is about
    alone bigint not null,          -- how much one person could do alone then
    asked_by text not null,
    asked_at timestamptz not null,
    ends_at timestamptz not null,   -- nobody agrees to it from then on
    state text not null check (state in ('waiting', 'posted', 'refused')),
    settled_by text,                -- none where nobody had to agree
    settled_at timestamptz,
    refusal text,
    entry uuid                      -- of the ledger, once it is posted
);
create index adjustment_account on adjustment (account);
create index adjustment_waiting on adjustment (asked_at) where state = 'waiting';

-- Accounts with corrections are few, and asked for with every sale.
create index ledger_entry_adjust on ledger_entry (account) where kind = 'adjust';
