-- What has expired depends on the date asked for: it is what ended lots have left, and no sum that is kept.
-- `account.expired` stays 0 and is read by nobody; a hub of the release before, on the same database, still names it.

create index lot_ending on lot (account) where expires_on is not null;
