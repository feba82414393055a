-- Where customers reach the hub, as its feed said last; none where they do not. With it receipts have a page.
alter table hub add column public_url text;

-- A receipt's page leads to its sale by a look at one row. No sale of before this file knew has one.
alter table journal add column page text;
create index journal_page on journal (page) where page is not null;
