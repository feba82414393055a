-- What a card may do. `active` stays beside it for a hub of the release before on the same database, and for tills of
-- before: whether it earns.
alter table card add column state text not null default 'active'
    check (state in ('active', 'lost', 'stolen', 'replaced', 'blocked'));
update card set state = 'blocked' where not active;

-- What was said of a card, in the order in which it was said. Rows are added, never changed.
create table card_report (
    card text not null references card (card),
    n bigint not null,
    state text not null check (state in ('active', 'lost', 'stolen', 'replaced', 'blocked')),
    since timestamptz not null,     -- may be long before it was said
    reason text not null,
    replacement text,               -- the number of the card that took its place
    noted_by text not null,
    noted_at timestamptz not null,
    primary key (card, n)
);

-- Redemptions that a store answers for are few among all entries.
create index ledger_entry_transfer on ledger_entry (sale) where kind = 'transfer';
