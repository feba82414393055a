-- The address under which customers see their own card. A row ends once, when the link is renewed or revoked. Of the
-- token in the address there is a digest alone: who has read this table opens no page by it.
create table card_page_link (
    id uuid primary key,
    digest text not null unique,
    member uuid not null references member (id),
    made_by text not null,
    made_at timestamptz not null,
    ended_by text,
    ended_at timestamptz
);
-- One that works for each number; members who were merged bring theirs along.
create unique index card_page_link_member on card_page_link (member) where ended_at is null;
