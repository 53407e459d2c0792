-- What a reduction asks of a meter and what it leaves 减额余量: a meter under load holds less by the
-- time it is asked, so all of it is asked for less a margin, and the rest is read back. And a meter
-- taken down without another in its place 拆表: a swap without a newcomer.

-- What was asked for; counted with the one send.
alter table reduction add column asked_fen bigint check (asked_fen >= 0);
-- What the read-back showed to be in the meter still, where all of it was wanted.
alter table reduction add column rest_fen bigint not null default 0 check (rest_fen >= 0);
update reduction set asked_fen = coalesce(wanted_fen, (before->>'remainingFen')::bigint)
where before is not null;

alter table swap alter column new_meter_id drop not null;
alter table swap_step drop constraint swap_step_kind_check;
alter table swap_step add constraint swap_step_kind_check check (kind in ('asked', 'taken',
  'finalReading', 'voided', 'changed', 'removed', 'transferred', 'moved', 'opened', 'cancelled'));
