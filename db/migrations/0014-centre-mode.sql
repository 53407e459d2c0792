-- Centre mode 后台计费: the meter counts energy, the centre charges it to the account's balance.

-- Up to which register the centre has charged a supply: the initial reading when the supply begins
-- or a meter comes, then the end of each charged day. A figure of the register as read, not
-- multiplied.
create table usage_mark (
  complex_id integer not null,
  supply_id integer not null,
  meter_id integer not null,
  energy_wh bigint not null,
  -- Null: never told; counts only where the installation adds it up.
  reverse_wh bigint,
  at timestamptz not null,
  primary key (complex_id, supply_id, meter_id),
  foreign key (complex_id, supply_id) references supply,
  foreign key (complex_id, meter_id) references meter
);
alter table usage_mark enable row level security;
create policy scope on usage_mark using (
  (select current_setting('prewatt.scope', true)) = '*'
  or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]));
grant select, insert, update on usage_mark to prewatt_app;

-- One price a day: what a day's charge was made of.
alter table usage_day add column plan_version integer;
alter table usage_day add column price_e8 bigint;
create index usage_day_of on usage_day (complex_id, supply_id, day);
