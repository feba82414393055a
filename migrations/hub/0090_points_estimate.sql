-- How many of the points that are given are expected to be redeemed, in 1/100 %: the books of points go by it from the
-- month that begins on a date. Rows are added, never changed.
create table points_estimate (
    valid_from date primary key,
    redeemed bigint not null,
    created_at timestamptz not null
);
