-- An accepted offer that went to another agent's till with its basket is said again there, for the sale that it became.
alter table offer_answer add column taken_over uuid;
