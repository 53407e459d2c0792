-- Money that goes back: reductions take it out of a meter, payouts out of the till. A payout of
-- money that a meter held waits for the reading that proves the meter gave it up.

-- Taking money out of a meter 减额. A repeat would take it twice, so it is sent at most once, read
-- back, and else held for a person.
create table reduction (
  complex_id integer not null,
  reduction_id uuid not null,
  request_id text not null,
  account_id integer not null,
  supply_id integer not null,
  meter_id integer not null,
  epoch integer not null,
  purpose text not null check (purpose in ('refund', 'reversal', 'close', 'swap')),
  -- Null: all that is left.
  wanted_fen bigint check (wanted_fen > 0),
  -- What the read-back proved to be gone from the meter; null until then.
  taken_fen bigint check (taken_fen >= 0),
  -- The sale that it takes back, for a reversal.
  sale_id uuid,
  -- 16 digits that the meter keeps as its evidence; never used again.
  order_no text not null,
  state text not null check (state in ('QUEUED', 'SENT', 'DONE', 'HOLD', 'CANCELLED')),
  sends integer not null default 0 check (sends between 0 and 1),
  -- Wallet and register as read before it was sent.
  before jsonb,
  evidence jsonb,
  last_fault text,
  reason text not null,
  operator_id integer,
  queued_at timestamptz not null,
  sent_at timestamptz,
  ended_at timestamptz,
  primary key (complex_id, reduction_id),
  unique (complex_id, request_id),
  unique (complex_id, order_no),
  foreign key (complex_id, account_id) references account,
  foreign key (complex_id, supply_id) references supply,
  foreign key (complex_id, meter_id, epoch) references epoch,
  foreign key (complex_id, sale_id) references sale,
  check ((state in ('SENT', 'DONE')) <= (before is not null)),
  check ((state = 'DONE') = (taken_fen is not null))
);
-- One at a time, and no purchase overtakes it.
create unique index reduction_waiting on reduction (complex_id, meter_id)
  where state in ('QUEUED', 'SENT', 'HOLD');
create index reduction_account on reduction (complex_id, account_id, queued_at);

-- Money paid out 退款 with its voucher, or a sale struck out 冲正 on the spot.
create table payout (
  complex_id integer not null,
  payout_id uuid not null,
  account_id integer not null,
  request_id text not null,
  purpose text not null check (purpose in ('refund', 'reversal', 'close', 'deposit')),
  shift_id uuid,
  receipt_no text not null,
  method text not null check (method in ('cash', 'card', 'transfer', 'alipay', 'wechat', 'unionpay')),
  paid_fen bigint not null check (paid_fen > 0),
  sale_id uuid,
  reduction_id uuid,
  posting_id uuid not null,
  operator_id integer,
  approval_id uuid,
  reason text not null,
  at timestamptz not null,
  receipt jsonb not null,
  primary key (complex_id, payout_id),
  unique (complex_id, request_id),
  unique (complex_id, receipt_no),
  foreign key (complex_id, account_id) references account,
  foreign key (complex_id, shift_id) references shift,
  foreign key (complex_id, sale_id) references sale,
  foreign key (complex_id, reduction_id) references reduction,
  foreign key (complex_id, posting_id) references posting
);
create unique index payout_of_reduction on payout (complex_id, reduction_id)
  where reduction_id is not null;
create index payout_account on payout (complex_id, account_id, at);
create index payout_sale on payout (complex_id, sale_id) where sale_id is not null;
create index payout_at on payout (complex_id, at);

-- What a second person has to agree to 复核: bound to the content, used once. The first draft of this
-- table was never written to.
drop table approval;
create table approval (
  complex_id integer not null references complex,
  approval_id uuid not null,
  operation text not null,
  content_hash bytea not null,
  -- For the person who decides: what is asked, in figures and names.
  summary jsonb not null,
  asked_by integer not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  decided_by integer,
  decided_at timestamptz,
  agreed boolean,
  note text not null default '',
  used_at timestamptz,
  primary key (complex_id, approval_id),
  check (decided_by is null or decided_by <> asked_by)
);
create index approval_open on approval (complex_id, asked_at) where decided_at is null;

-- What one operator may move by himself, fen; no row or null: no limit of his own.
create table operator_limit (
  complex_id integer not null references complex,
  operator_id integer not null,
  sale_fen bigint,
  payout_fen bigint,
  primary key (complex_id, operator_id)
);

-- Every print of a receipt or voucher: the second and later ones say that they are copies.
create table receipt_print (
  complex_id integer not null references complex,
  print_id uuid not null,
  receipt_no text not null,
  copy_no integer not null check (copy_no >= 1),
  operator_id integer,
  at timestamptz not null,
  primary key (complex_id, print_id),
  unique (complex_id, receipt_no, copy_no)
);

-- Money that moved from one meter to another, or from a wallet to its supply, has no sale.
alter table purchase_event drop constraint purchase_event_kind_check;
alter table purchase_event add constraint purchase_event_kind_check check (kind in
  ('paid', 'posted', 'transferred', 'queued', 'read', 'armed', 'sent', 'answered', 'read-back',
   'delivered', 'relay', 'hold', 'released', 'cancelled', 'void', 'fault'));

do $$
declare t text;
begin
  foreach t in array array['reduction', 'payout', 'approval', 'operator_limit', 'receipt_print'] loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]))$p$, t);
  end loop;
end $$;
grant select, insert, update on reduction, approval to prewatt_app;
grant select, insert, update, delete on operator_limit to prewatt_app;
-- A voucher and a print are facts.
grant select, insert on payout, receipt_print to prewatt_app;
