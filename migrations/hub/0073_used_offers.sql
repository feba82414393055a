-- Which offers a member has used is asked with every renewal of what the tills know of them.
create index offer_answer_member on offer_answer (member);
