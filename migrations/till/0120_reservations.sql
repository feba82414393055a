-- Points that the hub was asked to reserve for a basket, or for a hold of a till software (then without a sale). A row is
-- there before the hub is asked, so that an answer that was lost is asked for again under the same id. Its intent is where
-- the till's log stood then, and when that was. Passed: an event behind it lets the hub let go of the points. Voided by the
-- event that says so in the log, and kept until the hub has heard that.
create table reservation (
    redemption uuid primary key,
    till integer not null references till (n),
    sale uuid,
    member uuid not null,
    points bigint not null,
    log uuid not null,
    seq bigint not null,
    boot text not null,
    mono_ms bigint not null,
    utc_ms bigint not null,
    held boolean not null default false,
    passed boolean not null default false,
    voided_by uuid
) without rowid;
create index reservation_till on reservation (till);
create index reservation_live on reservation (till) where voided_by is null;

-- The reservation of a hold, where the hub was in reach.
alter table hold add column redemption uuid;
