-- print jobs: not only receipts --------------------------------------------------------------------------
-- A job says what it is to put on paper, and is about a sale or a shift, or about neither.
create table print_job_new (
    id integer primary key,         -- in order of queueing
    till integer not null references till (n),
    -- drawer: no paper, the drawer opens. test: the strip that shows whether the printer's profile fits.
    kind text not null check (kind in ('receipt', 'copy', 'x', 'z', 'z_copy', 'drawer', 'test')),
    sale uuid,
    shift uuid references shift (id),
    -- waiting: nothing of it was sent. sending: bytes are on their way. unsure: some were sent and nobody
    -- knows whether they are on paper. failed: it can never be printed; `error` says why.
    state text not null check (state in ('waiting', 'sending', 'unsure', 'printed', 'failed')),
    opens_drawer boolean not null,
    tries integer not null default 0,
    queued_at timestamptz not null,
    tried_at timestamptz,
    error text not null default '',
    check ((sale is not null) = (kind in ('receipt', 'copy'))),
    check ((shift is not null) = (kind in ('x', 'z', 'z_copy')))
);
insert into print_job_new (id, till, kind, sale, state, opens_drawer, tries, queued_at, tried_at, error)
    select id, till, kind, sale, state, opens_drawer, tries, queued_at, tried_at, error from print_job;
drop table print_job;
alter table print_job_new rename to print_job;
create index print_job_open on print_job (till, id) where state in ('waiting', 'sending', 'unsure');
create index print_job_sale on print_job (sale);

-- Drawers that were opened without a sale and without a movement of cash.
create table drawer_opening (
    id uuid primary key,            -- made with the form: the same form again opens nothing
    till integer not null references till (n),
    shift uuid references shift (id),
    purpose text not null check (purpose in ('count', 'change'))
) without rowid;
create index drawer_opening_shift on drawer_opening (shift);
