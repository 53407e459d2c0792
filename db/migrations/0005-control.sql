-- Desired control modes, commands, follow-up work, alarms and messages: everything that is to be
-- done later is a row written with its cause.

create table control (
  complex_id integer not null,
  point_id integer not null,
  mode text not null check (mode in ('prepaid', 'kept', 'tripped')),
  reason text not null default '',
  owner text not null default '',
  operator_id integer,
  since timestamptz not null,
  until timestamptz,
  primary key (complex_id, point_id),
  foreign key (complex_id, point_id) references point
);

create table relay_episode (
  complex_id integer not null,
  meter_id integer not null,
  since timestamptz not null,
  until timestamptz,
  relay text not null,
  cause text not null,
  primary key (complex_id, meter_id, since),
  foreign key (complex_id, meter_id) references meter
);

create table batch (
  complex_id integer not null references complex,
  batch_id uuid not null,
  kind text not null,
  params jsonb not null,
  operator_id integer,
  request_id text not null,
  created_at timestamptz not null,
  paused_at timestamptz,
  stopped_at timestamptz,
  primary key (complex_id, batch_id),
  unique (complex_id, request_id)
);

create table command (
  complex_id integer not null,
  command_id uuid not null,
  batch_id uuid not null,
  kind text not null check (kind in
    ('pushPrice', 'pushSettings', 'setMode', 'read', 'setClock', 'recharge', 'reduce', 'initialise')),
  meter_id integer not null,
  params jsonb not null,
  state text not null check (state in
    ('queued', 'sent', 'acknowledged', 'confirmed', 'failed', 'expired', 'cancelled', 'held')),
  operator_id integer,
  deadline timestamptz not null,
  attempts integer not null default 0,
  queued_at timestamptz not null,
  sent_at timestamptz,
  acknowledged_at timestamptz,
  ended_at timestamptz,
  result jsonb,
  primary key (complex_id, command_id),
  foreign key (complex_id, batch_id) references batch,
  foreign key (complex_id, meter_id) references meter
);
create index command_batch on command (complex_id, batch_id);
create index command_open on command (complex_id, meter_id)
  where state in ('queued', 'sent', 'acknowledged');

create table work (
  complex_id integer not null references complex,
  work_id uuid not null,
  kind text not null,
  -- Two open rows of one kind never share a key: the same follow-up is not queued twice.
  key text not null,
  gateway_id integer,
  payload jsonb not null default '{}',
  due_at timestamptz not null,
  attempts integer not null default 0,
  claimed_by text,
  claimed_until timestamptz,
  done_at timestamptz,
  last_error text,
  primary key (complex_id, work_id)
);
create unique index work_open on work (complex_id, kind, key) where done_at is null;
create index work_due on work (due_at) where done_at is null;

create table alarm (
  complex_id integer not null references complex,
  alarm_id uuid not null,
  rule text not null,
  subject_kind text not null check (subject_kind in ('meter', 'gateway', 'supply', 'complex')),
  subject_id integer not null,
  severity text not null check (severity in ('info', 'warning', 'serious')),
  facts jsonb not null default '{}',
  raised_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by integer,
  cleared_at timestamptz,
  primary key (complex_id, alarm_id)
);
create unique index alarm_open on alarm (complex_id, rule, subject_kind, subject_id)
  where cleared_at is null;
create index alarm_raised on alarm (complex_id, raised_at);

create table message (
  complex_id integer not null references complex,
  message_id uuid not null,
  dedupe_key text not null,
  tenant_id integer,
  template text not null,
  facts jsonb not null,
  state text not null check (state in ('queued', 'sent', 'delivered', 'failed', 'expired', 'suppressed')),
  queued_at timestamptz not null,
  ended_at timestamptz,
  primary key (complex_id, message_id),
  unique (complex_id, dedupe_key)
);

create table approval (
  complex_id integer not null references complex,
  approval_id uuid not null,
  operation text not null,
  content jsonb not null,
  asked_by integer not null,
  asked_at timestamptz not null,
  decided_by integer,
  decided_at timestamptz,
  decision text check (decision in ('approved', 'refused')),
  primary key (complex_id, approval_id),
  check (decided_by is null or decided_by <> asked_by)
);
