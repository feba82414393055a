-- Cards that came after their sales: each sale gets one, once. What the hub is told stands in the event.
create table late_card (
    sale uuid primary key,
    card text not null
) without rowid;
