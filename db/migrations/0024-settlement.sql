-- Settlement 电费结算: what each supply owes for a settlement month, line by line, and what was charged
-- for it; every charge is the difference, so that whatever comes late corrects itself.

-- A month of a supply as it is priced now; within the time of one tenant, so that no month is shared.
create table month_bill (
  complex_id integer not null,
  supply_id integer not null,
  -- The first day of the settlement month.
  month date not null,
  tenant_since timestamptz not null,
  -- One more with each charge.
  version integer not null check (version >= 1),
  lines jsonb not null,
  meters jsonb not null,
  unpriced jsonb not null,
  energy_wh bigint not null,
  estimated_wh bigint not null,
  -- Energy that no price stands for: an alarm until there is one.
  unpriced_wh bigint not null,
  -- What the lines come to.
  due_fen bigint not null,
  -- Up to which reading; null: none of the month.
  until_at timestamptz,
  at timestamptz not null,
  primary key (complex_id, supply_id, month, tenant_since),
  foreign key (complex_id, supply_id) references supply,
  check (extract(day from month) = 1)
);
create index month_bill_unpriced on month_bill (complex_id, supply_id) where unpriced_wh > 0;

-- The charges of a month sum to what it comes to; each says why it was made.
alter table usage_day add column month date;
alter table usage_day add column tenant_since timestamptz;
alter table usage_day add column from_at timestamptz;
alter table usage_day add column until_at timestamptz;
-- Null: the use of the day. Otherwise what changed a month that had been charged before.
alter table usage_day add column cause text;
update usage_day u set month = date_trunc('month', u.day)::date,
  from_at = (u.lines->0->>'from')::timestamptz, until_at = (u.lines->0->>'until')::timestamptz,
  tenant_since = (select t.since from supply s
    join account_tenant t on t.complex_id = s.complex_id and t.account_id = s.account_id
    where s.complex_id = u.complex_id and s.supply_id = u.supply_id
    -- A last charge is made in the moment the tenancy ends.
    order by (t.since < u.at) desc, t.since desc limit 1);
alter table usage_day alter column month set not null;
alter table usage_day drop column plan_version;
alter table usage_day drop column price_e8;
create index usage_day_month on usage_day (complex_id, supply_id, month);

-- What a meter has deducted by itself between two readings of its wallet, against the centre's price of
-- the same time: the newest comparison of each, and for how many days running it was astray.
create table wallet_check (
  complex_id integer not null,
  supply_id integer not null,
  meter_id integer not null,
  day date not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  energy_wh bigint not null,
  deducted_fen bigint not null,
  priced_fen bigint not null,
  -- What steps of registers and estimated splits may make of it.
  slack_fen bigint not null check (slack_fen >= 0),
  astray_days integer not null check (astray_days >= 0),
  primary key (complex_id, supply_id, meter_id),
  foreign key (complex_id, supply_id) references supply,
  foreign key (complex_id, meter_id) references meter
);
create index wallet_check_astray on wallet_check (complex_id, meter_id) where astray_days > 0;

do $$
declare t text;
begin
  foreach t in array array['month_bill', 'wallet_check'] loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]))$p$, t);
  end loop;
end $$;
grant select, insert, update on month_bill, wallet_check to prewatt_app;
select narrow_to_buildings(t, 'supply_id in (select hidden_supplies())')
from unnest(array['month_bill', 'wallet_check']) t;
-- A charge is a fact.
revoke update, delete on usage_day from prewatt_app;
