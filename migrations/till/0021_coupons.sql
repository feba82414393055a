-- Coupons that gave something here, by their codes: one with a number of its own is taken once.
create table coupon_used (
    code text not null,
    sale uuid not null,
    primary key (code, sale)
) without rowid;
