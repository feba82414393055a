-- Coupons that gave something on a sale. What they gave is inside the discounts of the sale's lines.

create table sale_coupon (
    sale uuid not null,
    number bigint not null,
    code text not null,
    name text not null,
    amount bigint not null,
    primary key (sale, number)
);
-- How often a code was used, and where.
create index sale_coupon_code on sale_coupon (code);
