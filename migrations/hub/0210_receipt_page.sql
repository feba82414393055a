-- The address under which a customer sees their receipt. Of the key in it there is a digest alone; the key itself stands in
-- the bytes of the sale's event, which are kept as they came.
create table receipt_page (
    digest text primary key,
    sale uuid not null references sale (id)
);
create unique index receipt_page_sale on receipt_page (sale);
