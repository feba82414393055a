-- Which report on the readers was taken up last, by the SHA-256 of its bytes: one is told the hub once.

create table readers_told (
    only_one boolean primary key check (only_one),
    digest blob not null
);
