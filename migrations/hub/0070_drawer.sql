-- Drawers that were opened without a sale and without a movement of cash, as the tills told it.

create table till_drawer_opening (
    id uuid primary key,
    till uuid not null references till (id),
    shift uuid,                     -- none where no shift was open
    purpose text not null,          -- count, change
    at timestamptz not null,
    cashier text,
    approved_by text
);
create index till_drawer_opening_shift on till_drawer_opening (shift);
