-- The next version of the programme while it is written: one draft for each number. `body` are its rules as they were
-- when they last could be read, `typed` what was typed since and cannot.
create table programme_draft (
    version bigint primary key,
    body text not null,
    typed text,
    saved_by text not null,
    saved_at timestamptz not null
);
