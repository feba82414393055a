-- Limits of gifts: what was handed over is found without a look at every payment, and tills hear when a gift was handed
-- over as often as its programme lets it be.
create index tender_gift on tender (sale) where gift is not null;

create table gift_gone (
    sku text primary key,
    gone boolean not null,
    ends_on date,                   -- the last day of the period whose limit was reached; none where it does not end
    as_of timestamptz not null,
    feed_no bigint not null
);
create unique index gift_gone_feed on gift_gone (feed_no);
