-- Whether what was kept aside took effect after all, when it was tried again; else a person settled it.
alter table quarantine add column applied boolean not null default false;
