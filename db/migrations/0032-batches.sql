-- Commands to many meters at once: what an operator saw before he acted, and how far the meters
-- that go first have come. A selection is used once, in the transaction that writes its commands.

create table selection (
  complex_id integer not null references complex,
  selection_id uuid not null,
  operator_id integer,
  kind text not null,
  -- What is to be sent again word for word: kind, meters or the unit that names them, parameters.
  asked_hash bytea not null,
  -- Of each meter what was shown of it.
  observed jsonb not null,
  selected_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  batch_id uuid,
  primary key (complex_id, selection_id),
  check ((used_at is null) = (batch_id is null))
);
create index selection_unused on selection (complex_id, expires_at) where used_at is null;

alter table selection enable row level security;
create policy scope on selection using (
  (select current_setting('prewatt.scope', true)) = '*'
  or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), '')::integer[])::integer[]));
-- A selection is its operator's own, and nobody else's.
select narrow_to_buildings('selection',
  $h$operator_id is distinct from nullif(current_setting('prewatt.operator', true), '')::integer$h$);
grant select, insert, update, delete on selection to prewatt_app;

-- Null: nobody goes first.
alter table batch add column canary text check (canary in ('waiting', 'confirmed', 'failed'));
alter table batch add column pause_reason text not null default '';
alter table batch add column stop_reason text not null default '';
create index batch_canary on batch (complex_id, batch_id) where canary = 'waiting';

-- The rest of a batch waits for those that go first.
alter table command add column waits boolean not null default false;
-- A command whose outcome nobody knows: what the meter showed when it was next heard.
alter table command add column seen_later jsonb;
create index command_unknown on command (complex_id, meter_id)
  where state = 'held' and seen_later is null;
