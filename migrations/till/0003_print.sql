-- print jobs -----------------------------------------------------------------------------------------
-- What is to go on paper, written in the commit of the sale it is about. Kept after printing: it says
-- whether a sale has had its first print.
create table print_job (
    id integer primary key,         -- in order of queueing
    till integer not null references till (n),
    sale uuid not null,
    kind text not null check (kind in ('receipt', 'copy')),
    -- waiting: nothing of it was sent. sending: bytes are on their way. unsure: some were sent and nobody
    -- knows whether they are on paper. failed: it can never be printed; `error` says why.
    state text not null check (state in ('waiting', 'sending', 'unsure', 'printed', 'failed')),
    opens_drawer boolean not null,
    tries integer not null default 0,
    queued_at timestamptz not null,
    tried_at timestamptz,
    error text not null default ''
);
create index print_job_open on print_job (till, id) where state in ('waiting', 'sending', 'unsure');
create index print_job_sale on print_job (sale);
