-- What has expired depends on the date asked for: it is what ended lots have left, and no sum that is kept.

alter table account drop column expired;
create index lot_ending on lot (account) where expires_on is not null;
