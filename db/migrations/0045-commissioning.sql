-- Commissioning 调试: what is asked of a bus beside the rounds (a search for meters, a test read with
-- its frames), and the check of each meter with what each step showed.

create table line_job (
  complex_id integer not null,
  job_id uuid not null,
  kind text not null check (kind in ('scan', 'read')),
  gateway_id integer not null,
  bus_id integer not null,
  -- Of a test read; a search is about the bus.
  meter_id integer,
  asked jsonb not null,
  state text not null default 'queued'
    check (state in ('queued', 'running', 'stopping', 'done', 'stopped', 'failed')),
  reason text not null default '',
  -- Where it goes on, whoever goes on with it.
  memory jsonb not null default '{}',
  -- What is shown of it.
  result jsonb not null default '{}',
  created_at timestamptz not null,
  created_by integer,
  ended_at timestamptz,
  primary key (complex_id, job_id),
  foreign key (complex_id, gateway_id) references gateway,
  foreign key (complex_id, bus_id) references bus,
  foreign key (complex_id, meter_id) references meter,
  check ((meter_id is null) = (kind = 'scan')),
  check ((ended_at is not null) = (state in ('done', 'stopped', 'failed')))
);
create index line_job_of on line_job (complex_id, gateway_id, created_at desc);
-- Two searches would only take the line from each other.
create unique index line_job_scan on line_job (complex_id, bus_id)
  where kind = 'scan' and ended_at is null;

create table meter_check (
  complex_id integer not null,
  check_id uuid not null,
  meter_id integer not null,
  -- Where it hung when the check began.
  point_id integer,
  begun_at timestamptz not null,
  begun_by integer,
  ended_at timestamptz,
  ended_by integer,
  outcome text check (outcome in ('passed', 'failed')),
  note text not null default '',
  primary key (complex_id, check_id),
  foreign key (complex_id, meter_id) references meter,
  foreign key (complex_id, point_id) references point,
  check ((ended_at is null) = (outcome is null))
);
create unique index meter_check_open on meter_check (complex_id, meter_id) where ended_at is null;
create index meter_check_of on meter_check (complex_id, meter_id, begun_at desc);

-- Every try of a step; what was seen is never changed.
create table check_step (
  complex_id integer not null,
  check_id uuid not null,
  step_no integer not null check (step_no > 0),
  meter_id integer not null,
  step text not null check (step in ('read', 'credit', 'trip', 'close', 'fault', 'sign', 'exchange')),
  result text not null check (result in ('passed', 'failed', 'skipped', 'noted')),
  reason text not null default '',
  facts jsonb not null default '{}',
  note text not null default '',
  at timestamptz not null,
  operator_id integer,
  primary key (complex_id, check_id, step_no),
  foreign key (complex_id, check_id) references meter_check
);

do $$
declare t text;
begin
  foreach t in array array['line_job', 'meter_check', 'check_step'] loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), '')::integer[])::integer[]))$p$, t);
  end loop;
end $$;
select narrow_to_buildings(t, 'meter_id in (select hidden_meters())')
from unnest(array['meter_check', 'check_step']) t;
-- A search names whatever hangs on the bus; its routes ask for the whole complex.
select narrow_to_buildings('line_job',
  'meter_id in (select hidden_meters()) or gateway_id in (select hidden_gateways())');

grant select, insert, update on line_job, meter_check to prewatt_app;
grant select, insert on check_step to prewatt_app;
