-- Where customers reach the hub, as its feed said last; none where they do not. With it receipts have a page.
alter table hub add column public_url text;
