-- What each meter holds of prices and times 电价下发: as it was read, what was pushed to it last, and
-- a change of its plan that no push has been confirmed for. Each meter has one row, once it has any.

create table meter_price (
  complex_id integer not null,
  meter_id integer not null,
  -- As last read whole; null: never.
  held jsonb,
  read_at timestamptz,
  -- The last look, whole or at the prices alone, also one that failed.
  looked_at timestamptz,
  -- What of it is not as the plan says; null: nobody can tell.
  differs text[],
  -- The last push that something of was sent.
  command_id uuid,
  plan_id integer,
  version integer,
  wanted jsonb,
  switch_at timestamptz,
  -- Of each table that is switched, the set that ran before: {"prices": 1}.
  switching jsonb,
  written_at timestamptz,
  in_force_at timestamptz,
  -- After its moment the meter had something else.
  lost_at timestamptz,
  -- The plan changes, or has changed, and the meter was not yet seen to follow.
  due_plan_id integer,
  due_version integer,
  due_at timestamptz,
  primary key (complex_id, meter_id),
  foreign key (complex_id, meter_id) references meter,
  check (command_id is null or (plan_id is not null and version is not null
    and wanted is not null and switch_at is not null)),
  check (in_force_at is null or written_at is not null)
);
create index meter_price_open on meter_price (complex_id, meter_id)
  where (command_id is not null and in_force_at is null) or due_at is not null
    or cardinality(differs) > 0;

alter table meter_price enable row level security;
create policy scope on meter_price using (
  (select current_setting('prewatt.scope', true)) = '*'
  or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]));
select narrow_to_buildings('meter_price', 'meter_id in (select hidden_meters())');
grant select, insert, update on meter_price to prewatt_app;
