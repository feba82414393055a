-- Backups that were made of this database, as far as it knows. A restored one knows none that came after its own.

create table backup (
    digest text primary key,        -- SHA-256 of the sealed file
    taken_at timestamptz not null,
    verified_at timestamptz,        -- when it was last read whole
    kept boolean not null           -- not that of a drill, which throws it away
);
create index backup_taken on backup (taken_at);
