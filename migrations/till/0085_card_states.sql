-- What a card may do, beside `active`, which is whether it earns.
alter table card add column state text not null default 'active'
    check (state in ('active', 'lost', 'stolen', 'replaced', 'blocked'));
update card set state = 'blocked' where not active;

-- The release before did not keep what else the hub says of a card: everything is asked for once more.
update hub set feed_cursor = 0;
