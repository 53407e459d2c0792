-- The life of an account: what is known of its tenant, closing it step by step, and up to which
-- reading of a wallet its consumption has been posted.

alter table tenant add column contact text not null default '';
alter table tenant add column licence_no text not null default '';
alter table tenant add column note text not null default '';

-- What was done to an account, a point or a tenant, in order: its history is read from the log.
create index audit_subject on audit (complex_id, subject, at);

-- Closing an account 销户: every step is a row that survives a crash; work `account.close` drives it.
create table closing (
  complex_id integer not null,
  closing_id uuid not null,
  account_id integer not null,
  request_id text not null,
  state text not null check (state in
    ('delivering', 'reading', 'tripping', 'emptying', 'settling', 'closed', 'aborted')),
  method text not null check (method in ('cash', 'card', 'transfer', 'alipay', 'wechat', 'unionpay')),
  reason_code text not null,
  note text not null default '',
  -- The tenant to whom the points go when it ends: a hand-over.
  successor_tenant_id integer,
  operator_id integer,
  came_from text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  cancelled_purchases uuid[] not null default '{}',
  -- The voucher or receipt of what was paid.
  receipt_no text,
  next_account_id integer,
  primary key (complex_id, closing_id),
  unique (complex_id, request_id),
  foreign key (complex_id, account_id) references account,
  foreign key (complex_id, next_account_id) references account (complex_id, account_id),
  check ((state in ('closed', 'aborted')) = (ended_at is not null))
);
create unique index closing_open on closing (complex_id, account_id)
  where state not in ('closed', 'aborted');
create index closing_account on closing (complex_id, account_id, started_at);

-- On the account's own row, which every money event locks: who waited for the lock sees it.
alter table account add column closing_id uuid;
alter table account add foreign key (complex_id, closing_id) references closing;

create table closing_meter (
  complex_id integer not null,
  closing_id uuid not null,
  meter_id integer not null,
  supply_id integer not null,
  -- Null until read or entered.
  final_wh bigint,
  final_at timestamptz,
  final_by text check (final_by in ('meter', 'hand')),
  read_batch uuid,
  trip_batch uuid,
  -- The control mode to go back to when the closing is called off.
  mode_before text,
  tripped text not null check (tripped in ('waits', 'done', 'byHand', 'impossible', 'notWanted')),
  wallet text not null check (wallet in ('waits', 'empty', 'left', 'none')),
  reduction_id uuid,
  left_fen bigint,
  primary key (complex_id, closing_id, meter_id),
  foreign key (complex_id, closing_id) references closing,
  foreign key (complex_id, meter_id) references meter,
  foreign key (complex_id, supply_id) references supply,
  foreign key (complex_id, reduction_id) references reduction,
  check ((final_wh is null) = (final_at is null)),
  check ((wallet = 'left') = (left_fen is not null))
);

-- Meter mode: the reading of the wallet up to which the consumption of a supply has been posted.
create table wallet_mark (
  complex_id integer not null,
  supply_id integer not null,
  meter_id integer not null,
  at timestamptz not null,
  balance_fen bigint not null,
  primary key (complex_id, supply_id, meter_id),
  foreign key (complex_id, supply_id) references supply,
  foreign key (complex_id, meter_id) references meter
);

do $$
declare t text;
begin
  foreach t in array array['closing', 'closing_meter', 'wallet_mark'] loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]))$p$, t);
  end loop;
end $$;
grant select, insert, update on closing, closing_meter, wallet_mark to prewatt_app;
