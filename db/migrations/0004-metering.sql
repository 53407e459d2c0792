-- Readings are partitioned by month and never overwritten; `latest` holds what the screens show,
-- each figure with its own time; its seq orders what watchers have not seen yet.

create table reading (
  complex_id integer not null,
  meter_id integer not null,
  at timestamptz not null,
  -- 1 energy round, 2 status round, 3 daily freeze, 4 monthly freeze, 5 on demand, 6 entered by hand
  source smallint not null,
  received_at timestamptz not null,
  energy_wh bigint,
  tariffs_wh bigint[],
  reverse_wh bigint,
  balance_fen bigint,
  -- 0 sound; bits: 1 backwards, 2 jump, 4 clock, 8 address, 16 late
  flags integer not null default 0,
  primary key (complex_id, meter_id, at, source)
) partition by range (at);
create index reading_at on reading using brin (at);

create table latest (
  complex_id integer not null,
  meter_id integer not null,
  seq bigint not null,
  energy_wh bigint,
  energy_at timestamptz,
  remaining_fen bigint,
  overdraft_fen bigint,
  balance_fen bigint,
  balance_at timestamptz,
  purchase_count bigint,
  customer_no text,
  wallet_at timestamptz,
  relay text check (relay in ('closed', 'tripped', 'closePermitted')),
  kept boolean,
  opened boolean,
  status_word integer,
  relay_at timestamptz,
  power_w integer,
  power_at timestamptz,
  clock_offset_ms bigint,
  clock_at timestamptz,
  answered_at timestamptz,
  silent_since timestamptz,
  fault text,
  primary key (complex_id, meter_id),
  foreign key (complex_id, meter_id) references meter
);
create unique index latest_seq on latest (complex_id, seq);

create table gateway_latest (
  complex_id integer not null,
  gateway_id integer not null,
  online boolean not null,
  since timestamptz not null,
  fault text,
  primary key (complex_id, gateway_id),
  foreign key (complex_id, gateway_id) references gateway
);

-- Each gateway has one master; the token fences a master that lost its lease.
create table lease (
  complex_id integer not null,
  gateway_id integer not null,
  holder text not null,
  token bigint not null,
  expires_at timestamptz not null,
  primary key (complex_id, gateway_id),
  foreign key (complex_id, gateway_id) references gateway
);
