-- Members who are enrolled at a till: how they are found again, what they agreed to, who may be the same person.

-- Phone numbers and addresses in one normal form. Numbers are written with and without the country's prefix:
-- the last nine digits are the same either way.
create table member_contact (
    member uuid not null references member (id),
    kind text not null check (kind in ('phone', 'email')),
    contact_key text not null,
    primary key (member, kind)
);
create index member_contact_key on member_contact (kind, contact_key);

insert into member_contact (member, kind, contact_key)
select id, 'email', lower(trim(email)) from member where trim(email) <> '';

insert into member_contact (member, kind, contact_key)
select id, 'phone', substr(digits, case when length(digits) > 9 then length(digits) - 8 else 1 end)
from (
    select id, replace(replace(replace(replace(replace(replace(replace(phone,
        ' ', ''), '-', ''), '.', ''), '(', ''), ')', ''), '/', ''), '+', '') as digits
    from member
) as written
where length(digits) >= 7;

-- The words that were agreed to, once each.
create table consent_text (
    version text primary key,
    words text not null
);

-- Rows are added, never changed: the latest of a purpose holds.
create table member_consent (
    event uuid not null,
    member uuid not null references member (id),
    purpose text not null,
    given boolean not null,
    text_version text not null references consent_text (version),
    source text not null,
    at timestamptz not null,
    primary key (event, purpose)
);
create index member_consent_member on member_consent (member, purpose, at);

-- Found, not decided: a person looks at them, nothing is merged.
create table possible_duplicate (
    member uuid not null references member (id),
    other uuid not null references member (id),
    reason text not null check (reason in ('phone', 'email')),
    found_at timestamptz not null,
    settled_at timestamptz,
    settled_by text,
    primary key (member, other)
);
create index possible_duplicate_other on possible_duplicate (other);
