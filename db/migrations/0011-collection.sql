-- Collection 集中抄表: how often each gateway and meter is read, what may not be believed, and who
-- decided about it. Settings of a complex, a gateway and a meter are laid over each other in that
-- order; what a level leaves out it takes from the level above.

alter table gateway add column settings jsonb not null default '{}';
alter table device add column settings jsonb not null default '{}';
alter table meter add column settings jsonb not null default '{}';

-- What a register counts and which of its figures is billed: combined as the meter forms it,
-- forward alone, or forward and reverse added up (anti-theft). The most a point can draw decides
-- what is a jump and what is a plausible roll-over; null: what the model can carry.
alter table installation add column direction text not null default 'combined'
  check (direction in ('combined', 'forward', 'forwardPlusReverse'));
alter table installation add column max_power_w integer check (max_power_w > 0);

-- Instantaneous values as read, for the pages that show them: voltages, currents, power factors.
alter table latest add column electrical jsonb;
alter table latest add column electrical_at timestamptz;

-- A decision about a flagged reading. The reading itself never changes; the newest decision holds.
create table reading_decision (
  complex_id integer not null,
  decision_id uuid not null,
  meter_id integer not null,
  at timestamptz not null,
  source smallint not null,
  verdict text not null check (verdict in ('accepted', 'rejected')),
  reason text not null check (length(btrim(reason)) > 0),
  operator_id integer not null,
  decided_at timestamptz not null,
  primary key (complex_id, decision_id),
  foreign key (complex_id, meter_id) references meter
);
create index reading_decision_of on reading_decision (complex_id, meter_id, at, source, decided_at desc);

-- Where collection stands with what meters keep themselves: the next freeze that is still missing.
create table freeze_state (
  complex_id integer not null,
  meter_id integer not null,
  which text not null check (which in ('interval', 'daily', 'monthly')),
  -- The newest freeze that is stored, by the moment at which the meter froze it.
  frozen_at timestamptz not null,
  primary key (complex_id, meter_id, which),
  foreign key (complex_id, meter_id) references meter
);

do $$
declare t text;
begin
  foreach t in array array['reading_decision', 'freeze_state']
  loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]))$p$, t);
  end loop;
end $$;
grant select, insert, update, delete on reading_decision, freeze_state to prewatt_app;
revoke update, delete on reading_decision from prewatt_app;
