-- What every sale writes no longer asks for its complex 不再逐行查综合体: a check of each row, and a lock on
-- one row that all sales of a complex shared. A complex is never removed, which the database holds
-- to from here on; a posting and an audit row are chained to the heads of their complex, and a
-- request and follow-up work name the complex of a row that asked for it.
alter table posting drop constraint posting_complex_id_fkey;
alter table audit drop constraint audit_complex_id_fkey;
alter table request drop constraint request_complex_id_fkey;
alter table work drop constraint work_complex_id_fkey;

create trigger complex_is_kept before delete on complex
  for each row execute function forbid_change();
