-- returns without receipt ----------------------------------------------------------------------------
-- What was sold of what, to which card and for how much: finds the purchase behind goods that come back without
-- their receipt, and the lowest price they were sold at. Derived from the events; dates as in the journal.
create table sold_line (
    sku text not null,
    business_date text not null,
    sale uuid not null,
    line bigint not null,
    card text,
    quantity bigint not null,
    paid bigint not null,
    primary key (sku, business_date, sale, line)
) without rowid;
create index sold_line_card on sold_line (card, sku, business_date) where card is not null;

-- Tickets with goods that came back without a receipt: how often a member, how often a cashier.
create table unreceipted (
    sale uuid primary key,
    business_date text not null,
    card text,
    cashier text
) without rowid;
create index unreceipted_card on unreceipted (card, business_date) where card is not null;
create index unreceipted_cashier on unreceipted (cashier, business_date) where cashier is not null;

-- All cards of a member, without a walk through everybody's.
create index card_member on card (member);

-- What was sold before this file knew. The journal keeps a year and more; a purchase is looked for in days.
insert or ignore into sold_line (sku, business_date, sale, line, card, quantity, paid)
select json_extract(l.value, '$.sku'), j.business_date, j.sale, json_extract(l.value, '$.number'), j.card,
       json_extract(l.value, '$.quantity'), json_extract(l.value, '$.net') + json_extract(l.value, '$.tax')
from journal j
join outbox o on o.event = j.sale
join json_each(case when json_valid(cast(o.bytes as text)) then cast(o.bytes as text) else '{}' end, '$.body.lines') l
where j.status = 'completed' and json_extract(l.value, '$.kind') = 'sale';
