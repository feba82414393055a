-- What the last round over the readers of a till found, as the till told it (`domain::readers`).

create table till_readers (
    till uuid primary key references till (id),
    at timestamptz not null,
    report text not null
);
