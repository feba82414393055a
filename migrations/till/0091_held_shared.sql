-- Baskets put aside are shared with the other agents of the store through the hub. `standing` says whether another agent
-- may have taken one up: 'own' (it was never offered), 'offered' (the hub may have it), 'shared' (the hub has it), 'local'
-- (nobody else may have it: training, or its day is over).
alter table held add column hold uuid;
alter table held add column standing text not null default 'own';
update held set hold = randomblob(16);

-- Own baskets that were taken up while the hub could not be asked: it has to hear of it.
create table held_claim (
    hold uuid primary key,
    till integer not null references till (n),
    label text not null
) without rowid;

-- Other agents' baskets that were taken up here, each once.
create table held_taken (
    hold uuid primary key,
    sale uuid not null,             -- which it is here
    at timestamptz not null
) without rowid;
