-- Work is claimed by its kind 待办按类领取: what is due of the other kinds is not read over each time.

drop index work_due;
create index work_due on work (kind, due_at) where done_at is null;
