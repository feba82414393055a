-- Of all that the row says, so that a changed bit in any of its columns is found. Entries of before have none.
alter table ledger_entry add column digest bigint;
