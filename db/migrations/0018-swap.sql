-- Swapping meters 换表: which meter went, which came, and whose money went with it. One swap at a
-- time at a point; while it takes the money out of the old meter nothing is sold there.

create table swap (
  complex_id integer not null references complex,
  swap_id uuid not null,
  request_id text not null,
  -- Swaps of one renovation 项目改造.
  bulk_id uuid,
  point_id integer not null,
  -- Null where nobody was supplied at the point.
  supply_id integer,
  account_id integer,
  mode text check (mode in ('meter', 'centre')),
  old_meter_id integer not null,
  new_meter_id integer not null,
  -- The counter that ends; null without a wallet of ours.
  old_epoch integer,
  old_state text not null check (old_state in ('alive', 'dead')),
  -- TAKING: the old meter is asked for its money; CHANGED: the new one hangs there.
  state text not null check (state in ('TAKING', 'CHANGED', 'CANCELLED')),
  new_initial_wh bigint not null check (new_initial_wh >= 0),
  multiplier integer not null check (multiplier >= 1),
  side text not null check (side in ('primary', 'secondary')),
  final_wh bigint,
  claim_fen bigint,
  voided_fen bigint not null default 0,
  waiting_fen bigint not null default 0,
  reduction_id uuid,
  opening_id uuid,
  photo_note text not null default '',
  approval_id uuid,
  note text not null,
  operator_id integer,
  asked_at timestamptz not null,
  ended_at timestamptz,
  primary key (complex_id, swap_id),
  unique (complex_id, request_id),
  foreign key (complex_id, point_id) references point,
  foreign key (complex_id, supply_id) references supply,
  foreign key (complex_id, account_id) references account,
  foreign key (complex_id, old_meter_id) references meter,
  foreign key (complex_id, new_meter_id) references meter,
  foreign key (complex_id, reduction_id) references reduction,
  foreign key (complex_id, opening_id) references purchase,
  foreign key (complex_id, approval_id) references approval,
  check (old_meter_id <> new_meter_id),
  check ((supply_id is null) = (account_id is null) and (supply_id is null) = (mode is null)),
  check ((state = 'TAKING') <= (reduction_id is not null)),
  check (old_state = 'alive' or length(btrim(photo_note)) > 0)
);
create unique index swap_taking on swap (complex_id, point_id) where state = 'TAKING';
-- A meter that is promised to one point can't be promised to another.
create unique index swap_promised on swap (complex_id, new_meter_id) where state = 'TAKING';
create index swap_old on swap (complex_id, old_meter_id) where state = 'TAKING';
create index swap_at on swap (complex_id, asked_at);
create index swap_reduction on swap (complex_id, reduction_id) where reduction_id is not null;

create table swap_step (
  complex_id integer not null,
  swap_id uuid not null,
  step_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in ('asked', 'taken', 'finalReading', 'voided', 'changed',
    'transferred', 'moved', 'opened', 'cancelled')),
  facts jsonb not null default '{}',
  primary key (complex_id, swap_id, step_id),
  foreign key (complex_id, swap_id) references swap
);

do $$
declare t text;
begin
  foreach t in array array['swap', 'swap_step'] loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]))$p$, t);
  end loop;
end $$;
grant select, insert, update on swap to prewatt_app;
grant select, insert on swap_step to prewatt_app;
