-- Cards that came after their sales: the customer had forgotten them and brought the receipt. A sale that has a
-- card of its own keeps that one.

create table late_card (
    sale uuid primary key,
    card text not null,
    event uuid not null,
    at timestamptz not null,
    cashier text,
    approved_by text
);
create index late_card_card on late_card (card);
