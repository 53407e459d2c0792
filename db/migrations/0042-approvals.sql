-- Four eyes for every kind of act 复核统一: not of money alone, so some belong to the installation as
-- a whole; whom it would give something; and what the asker took back.

alter table approval
  add column everywhere boolean not null default false,
  add column benefits integer[] not null default '{}',
  add column withdrawn_at timestamptz;

-- What waits is asked for by every console every few seconds.
drop index approval_open;
create index approval_waiting on approval (asked_at)
  where used_at is null and withdrawn_at is null;
