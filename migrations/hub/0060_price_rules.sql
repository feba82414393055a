-- Price rules of the chain, and what they gave on sales. A rule that holds no more keeps its row, for the tills
-- have to hear of that too.

create table price_rule (
    code text primary key,
    body text not null,
    active boolean not null,
    feed_no bigint not null
);
create unique index price_rule_feed on price_rule (feed_no);

-- What a rule gave is inside the discounts of the sale's lines.
create table sale_price_rule (
    sale uuid not null,
    code text not null,
    name text not null,
    amount bigint not null,
    primary key (sale, code)
);
create index sale_price_rule_code on sale_price_rule (code);
