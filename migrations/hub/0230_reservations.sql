-- Points that tills have reserved for a sale. They are still in the account's balance; what may be spent is that less what
-- is held. The name is the till's; a row stays when the reservation has ended, so that a request that comes late or twice
-- holds nothing again.
create table reservation (
    redemption uuid primary key,
    account uuid,                   -- of whoever the member is part of; none where nobody asked for it
    member uuid,                    -- as the till named them
    till uuid not null,
    log uuid,                       -- where and when the till wrote that it wants them; none where nobody asked for it
    seq bigint,
    boot text,
    mono_ms bigint,
    utc_ms bigint,
    points bigint not null check (points >= 0),
    state text not null,            -- 'held', 'committed', 'voided', 'ran_out', 'released'
    asked_at timestamptz not null,
    ended_at timestamptz,
    ended_by text,                  -- 'sale', 'till', 'log', or who of the staff
    sale uuid,                      -- that took them
    release_by text,                -- who asked first that they be released
    release_at timestamptz
);
create index reservation_account on reservation (account) where state = 'held';
create index reservation_log on reservation (log) where state = 'held';
create index reservation_asked on reservation (asked_at) where state = 'held';
