-- The first day on which a lot can be spent, where that is not the day on which it was earned.
alter table lot add column vests_on date;
create index lot_vesting on lot (account) where vests_on is not null;
