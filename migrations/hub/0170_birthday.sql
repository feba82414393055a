-- Day and month of birth as 100 times the month and the day, where somebody told them. The year is not kept.
alter table member add column birthday bigint;
