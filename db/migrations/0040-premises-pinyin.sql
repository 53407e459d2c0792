-- Premises are found by the initials of their name in pinyin, as tenants are.
alter table premises add column pinyin text not null default '';
