-- companion ------------------------------------------------------------------------------------------
-- What the agent keeps for a till software beside it. Instants are Unix milliseconds.

-- Points set aside for a basket of the till software until its sale names them or time runs out.
create table hold (
    id uuid primary key,
    till integer not null references till (n),
    basket text not null,           -- the other software's own name of its basket
    card text not null,
    member uuid not null,
    points bigint not null check (points > 0),
    state text not null check (state in ('held', 'released', 'expired', 'captured')),
    expires_ms bigint not null,
    settled_ms bigint,
    sale uuid                       -- that captured it
) without rowid;
create unique index hold_basket on hold (till, basket) where state = 'held';
create index hold_member on hold (member);

-- First answers to requests that carried a key, for those who ask again.
create table answered (
    key text primary key,
    request blob not null,          -- digest of method, path and body
    status integer not null,
    body text not null,
    at_ms bigint not null
) without rowid;
create index answered_at on answered (at_ms);
