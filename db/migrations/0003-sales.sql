-- Sales, and the purchases that carry their money into meters. The states of a purchase are the
-- delivery protocol; the unique keys below are its fences.

create table shift (
  complex_id integer not null references complex,
  shift_id uuid not null,
  operator_id integer not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  float_fen bigint not null default 0,
  counted_fen bigint,
  primary key (complex_id, shift_id)
);
create unique index shift_open on shift (complex_id, operator_id) where closed_at is null;

create table sale (
  complex_id integer not null,
  sale_id uuid not null,
  account_id integer not null,
  request_id text not null,
  shift_id uuid,
  receipt_no text not null,
  method text not null check (method in ('cash', 'card', 'transfer', 'alipay', 'wechat', 'unionpay')),
  paid_fen bigint not null,
  posting_id uuid not null,
  operator_id integer,
  at timestamptz not null,
  -- What is printed, as it was printed: a reprint shows the same.
  receipt jsonb not null,
  primary key (complex_id, sale_id),
  unique (complex_id, request_id),
  unique (complex_id, receipt_no),
  foreign key (complex_id, account_id) references account,
  foreign key (complex_id, shift_id) references shift,
  foreign key (complex_id, posting_id) references posting
);
create index sale_account on sale (complex_id, account_id, at);
create index sale_at on sale (complex_id, at);

create table sale_line (
  complex_id integer not null,
  sale_id uuid not null,
  line smallint not null,
  purpose text not null check (purpose in ('credit', 'carry', 'fee', 'deposit')),
  supply_id integer,
  fen bigint not null,
  primary key (complex_id, sale_id, line),
  foreign key (complex_id, sale_id) references sale
);

create table purchase (
  complex_id integer not null,
  purchase_id uuid not null,
  sale_id uuid,
  supply_id integer not null,
  meter_id integer not null,
  epoch integer not null,
  purchase_no integer not null,
  -- 'open' writes the customer number with the first amount (which may be zero).
  kind text not null check (kind in ('open', 'recharge')),
  amount_fen bigint not null check (amount_fen >= 0),
  state text not null check (state in ('QUEUED', 'ARMED', 'DELIVERED', 'HOLD', 'CANCELLED', 'VOID')),
  n bigint,
  -- The wallet and register as read before arming.
  before jsonb,
  evidence jsonb,
  sends integer not null default 0,
  last_fault text,
  queued_at timestamptz not null,
  armed_at timestamptz,
  sent_at timestamptz,
  ended_at timestamptz,
  primary key (complex_id, purchase_id),
  foreign key (complex_id, sale_id) references sale,
  foreign key (complex_id, supply_id) references supply,
  foreign key (complex_id, meter_id, epoch) references epoch,
  unique (complex_id, meter_id, epoch, purchase_no),
  unique (complex_id, meter_id, epoch, n),
  check ((state in ('ARMED', 'DELIVERED', 'HOLD')) = (n is not null) or state in ('HOLD', 'VOID')),
  check (kind = 'open' or amount_fen > 0)
);
create unique index purchase_armed on purchase (complex_id, meter_id) where state = 'ARMED';
create index purchase_waiting on purchase (complex_id, meter_id) where state in ('QUEUED', 'ARMED', 'HOLD');
create index purchase_supply on purchase (complex_id, supply_id, queued_at);

-- The timeline of each purchase, step by step as it happened; only ever added to.
create table purchase_event (
  complex_id integer not null,
  purchase_id uuid not null,
  event_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in
    ('paid', 'posted', 'queued', 'read', 'armed', 'sent', 'answered', 'read-back', 'delivered',
     'relay', 'hold', 'released', 'cancelled', 'void', 'fault')),
  facts jsonb not null default '{}',
  primary key (complex_id, purchase_id, event_id),
  foreign key (complex_id, purchase_id) references purchase
);

-- A meter whose count, money or customer number does not fit the books: deliveries stop until a
-- person releases it (INV-17).
create table hold (
  complex_id integer not null,
  hold_id uuid not null,
  meter_id integer not null,
  epoch integer not null,
  reason text not null,
  evidence jsonb not null,
  raised_at timestamptz not null,
  released_at timestamptz,
  released_by integer,
  resolution text,
  primary key (complex_id, hold_id),
  foreign key (complex_id, meter_id, epoch) references epoch
);
create unique index hold_open on hold (complex_id, meter_id) where released_at is null;

-- What each supply used on each business day, as rated; a re-run writes a new version.
create table usage_day (
  complex_id integer not null,
  supply_id integer not null,
  meter_id integer not null,
  day date not null,
  version integer not null,
  lines jsonb not null,
  energy_wh bigint not null,
  due_fen bigint not null,
  posting_id uuid,
  at timestamptz not null,
  primary key (complex_id, supply_id, meter_id, day, version),
  foreign key (complex_id, supply_id) references supply
);
