-- What each collector sees, so that any process can show it with its time; and the reverse register
-- at the start of an installation, where it counts.

-- Figures of the buses of a gateway, written by its master at most once a minute.
create table collection_seen (
  complex_id integer not null,
  gateway_id integer not null,
  at timestamptz not null,
  -- Per bus: {"<bus_id>": {requests, timeouts, busyPermille, pushes, strayPushes}}
  buses jsonb not null,
  primary key (complex_id, gateway_id),
  foreign key (complex_id, gateway_id) references gateway
);
alter table collection_seen enable row level security;
create policy scope on collection_seen using (
  (select current_setting('prewatt.scope', true)) = '*'
  or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]));
grant select, insert, update on collection_seen to prewatt_app;

-- Who called a collector and belongs to no gateway: callers belong to no complex either.
alter table collector add column callers jsonb not null default '[]';
alter table collector add column callers_at timestamptz;

-- Reverse register when the meter was put in; null: not noted.
alter table installation add column initial_reverse_wh bigint;
