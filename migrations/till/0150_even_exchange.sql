-- How many more pieces than came back a ticket took points of, or fewer, by even exchanges: in rows of their own, of line 0
-- of the ticket, that have nothing else.
alter table returned_line add column moved bigint not null default 0;
