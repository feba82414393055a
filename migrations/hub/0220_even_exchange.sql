-- What even exchanges change about whose points returned goods take: to be added, by the line of the earlier sale, to what a
-- ticket's returned lines name.
create table kept_points (
    sale uuid not null,
    origin_sale uuid not null,
    origin_line bigint not null,
    quantity bigint not null,       -- below zero where goods left for goods that came back
    primary key (sale, origin_sale, origin_line)
);
create index kept_points_origin on kept_points (origin_sale);
