-- Readings one can trust: what a device said of its own time, roll-overs as recorded, the newest
-- suspicious reading beside the trusted one, which readings may be billed, and clock corrections.

-- What the meter or gateway called the time of a reading, where that time is impossible and the
-- reading is therefore kept under the moment of its arrival.
alter table reading add column told_at timestamptz;
-- Suspicious readings are few; people look for them, and decisions run along them.
create index reading_suspect on reading (complex_id, meter_id, at) where flags & 15 <> 0;

-- Beside the trusted registers stands the newest suspicious reading nobody has decided about.
alter table latest add column reverse_wh bigint;
alter table latest add column suspect_at timestamptz;
alter table latest add column suspect_source smallint;
alter table latest add column suspect_wh bigint;
alter table latest add column suspect_flags integer;
-- Every write moves the seq: with an index on it no update of this table could stay on its page.
-- The newest seq is the counter's value, and what is newer is found along the complex.
drop index latest_seq;
alter table latest set (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.5);
alter table counter set (fillfactor = 40);

-- Every batch of readings asks where its meters hang now and whether they were ever held: the index
-- of the exclusion is seven times slower for that, and holds had none.
create index installation_open on installation (complex_id, meter_id) where until is null;
create index hold_meter on hold (complex_id, meter_id, epoch, released_at);

-- A register that passed its last digit: the reading after it, and how much the register holds.
create table register_rollover (
  complex_id integer not null,
  meter_id integer not null,
  at timestamptz not null,
  source smallint not null,
  register text not null check (register in ('energy', 'reverse')),
  modulus_wh bigint not null check (modulus_wh > 0),
  primary key (complex_id, meter_id, at, source, register),
  foreign key (complex_id, meter_id) references meter
);

-- Each correction of a clock: a broadcast on a bus, or a write to one meter with what was read
-- before and after it.
create table clock_correction (
  complex_id integer not null,
  correction_id uuid not null,
  kind text not null check (kind in ('broadcast', 'write')),
  bus_id integer not null,
  meter_id integer,
  at timestamptz not null,
  -- meter − centre; of a broadcast, the largest on the bus
  offset_before_ms bigint not null,
  offset_after_ms bigint,
  outcome text not null,
  primary key (complex_id, correction_id),
  foreign key (complex_id, bus_id) references bus,
  foreign key (complex_id, meter_id) references meter,
  check ((kind = 'write') = (meter_id is not null))
);
create index clock_correction_bus on clock_correction (complex_id, bus_id, at desc);
create index clock_correction_meter on clock_correction (complex_id, meter_id, at desc)
  where meter_id is not null;

-- The one answer to which readings may be billed: sound ones that nobody rejected, and suspicious
-- ones that somebody accepted (15 = backwards, jump, clock, address).
create view billable_reading with (security_invoker = true) as
select r.complex_id, r.meter_id, r.at, r.source, r.received_at, r.energy_wh, r.tariffs_wh,
  r.reverse_wh, r.flags, d.verdict
from reading r
left join lateral (
  select x.verdict from reading_decision x
  where x.complex_id = r.complex_id and x.meter_id = r.meter_id and x.at = r.at
    and x.source = r.source
  order by x.decided_at desc, x.decision_id desc limit 1
) d on true
where r.energy_wh is not null
  and case when d.verdict is null then r.flags & 15 = 0 else d.verdict = 'accepted' end;

-- Suspicious readings nobody has decided about.
create view undecided_reading with (security_invoker = true) as
select r.complex_id, r.meter_id, r.at, r.source, r.received_at, r.energy_wh, r.tariffs_wh,
  r.reverse_wh, r.flags, r.told_at
from reading r
where r.flags & 15 <> 0 and not exists (
  select from reading_decision x
  where x.complex_id = r.complex_id and x.meter_id = r.meter_id and x.at = r.at
    and x.source = r.source);

-- The registers of billable readings as the installation of that time says: which figure counts,
-- multiplied where the registers are on the secondary side.
create view billed_reading with (security_invoker = true) as
select b.complex_id, i.point_id, b.meter_id, i.installation_id, b.at, b.source, b.flags,
  (b.energy_wh + case i.direction when 'forwardPlusReverse' then b.reverse_wh else 0 end)
    * case i.side when 'secondary' then i.multiplier else 1 end as billed_wh
from billable_reading b
join installation i on i.complex_id = b.complex_id and i.meter_id = b.meter_id
  and b.at >= i.since and (i.until is null or b.at < i.until);

do $$
declare t text;
begin
  foreach t in array array['register_rollover', 'clock_correction']
  loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]))$p$, t);
  end loop;
end $$;
grant select, insert on register_rollover to prewatt_app;
grant select, insert, update on clock_correction to prewatt_app;
grant select on billable_reading, undecided_reading, billed_reading to prewatt_app;
