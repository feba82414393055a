-- What a person made of a signal after looking at it. Rows are added, never changed: the latest of a signal holds, and
-- only as long as the signal rests on the same events.
create table signal_look (
    id uuid primary key,            -- of the form it was sent by: sent twice it is one
    alert text not null,            -- digest of the rule and of what it is about
    events text not null,           -- digest of the events that were seen
    note text not null,
    looked_by text not null,
    looked_at timestamptz not null
);
create index signal_look_alert on signal_look (alert);

-- Signals ask for cards that came late and for points by hand by when that was.
create index late_card_at on late_card (at);
create index adjustment_settled on adjustment (settled_at) where state = 'posted';

-- Of tickets without a card signals ask whether goods came back on them.
create index sale_line_returned on sale_line (sale) where kind = 'return';
