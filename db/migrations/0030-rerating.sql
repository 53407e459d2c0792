-- Changing the past 追溯重算: what a change would come to is kept as it was previewed, for the person
-- who agrees; nothing of it holds before it is applied.

create table rerating (
  complex_id integer not null references complex,
  rerating_id uuid not null,
  kind text not null
    check (kind in ('price', 'monthPrice', 'assignment', 'calendar', 'multiplier', 'reading')),
  -- As it was asked; prices, assignments and readings know nothing of it before it is applied.
  change jsonb not null,
  title jsonb not null,
  note text not null,
  -- Totals and what the ceiling says.
  figures jsonb not null,
  state text not null check (state in ('previewed', 'posting', 'posted', 'dropped')),
  asked_by integer,
  asked_at timestamptz not null,
  approval_id uuid,
  applied_at timestamptz,
  posted_at timestamptz,
  primary key (complex_id, rerating_id),
  check ((state in ('posting', 'posted')) = (applied_at is not null)),
  check ((state = 'posted') = (posted_at is not null))
);
create index rerating_posting on rerating (complex_id) where state = 'posting';

-- A month of a supply that comes out otherwise, with its lines before and after.
create table rerating_month (
  complex_id integer not null,
  rerating_id uuid not null,
  supply_id integer not null,
  month date not null,
  tenant_since timestamptz not null,
  account_id integer not null,
  charged_fen bigint not null,
  due_fen bigint not null,
  charged_wh bigint not null,
  energy_wh bigint not null,
  before jsonb not null,
  after jsonb not null,
  posted_fen bigint,
  -- Null where nothing had to be posted.
  posting_id uuid,
  primary key (complex_id, rerating_id, supply_id, month, tenant_since),
  foreign key (complex_id, rerating_id) references rerating,
  foreign key (complex_id, supply_id) references supply,
  foreign key (complex_id, account_id) references account,
  foreign key (complex_id, posting_id) references posting,
  check (posting_id is null or posted_fen is not null)
);

-- Days on which an account would have had nothing left.
create table rerating_trip (
  complex_id integer not null,
  rerating_id uuid not null,
  account_id integer not null,
  day date not null,
  balance_fen bigint not null,
  would_be_fen bigint not null,
  primary key (complex_id, rerating_id, account_id, day),
  foreign key (complex_id, rerating_id) references rerating,
  foreign key (complex_id, account_id) references account,
  check (would_be_fen <= 0)
);

do $$
declare t text;
begin
  foreach t in array array['rerating', 'rerating_month', 'rerating_trip'] loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]))$p$, t);
  end loop;
end $$;
-- Its totals are those of the whole complex: nobody sees it from a part.
select narrow_to_buildings('rerating', 'true');
select narrow_to_buildings('rerating_month', 'supply_id in (select hidden_supplies())');
select narrow_to_buildings('rerating_trip', 'account_id in (select hidden_accounts())');
grant select, insert, update on rerating, rerating_month to prewatt_app;
grant select, insert on rerating_trip to prewatt_app;

-- A version may end: the final price of a month holds for that month, and then what held goes on.
alter table plan_version add column ends_at timestamptz,
  add check (ends_at is null or ends_at > effective_from);

create or replace function plan_in_force(complex integer, supply integer, at timestamptz)
returns table (plan_id integer, version integer, effective_from timestamptz, definition jsonb,
  price_e8 bigint, capacity_va bigint)
language sql stable as $$
  select p.plan_id, v.version, v.effective_from, v.definition, v.price_e8, p.capacity_va
  from (
    select sp.plan_id, sp.capacity_va from supply_plan sp
    where sp.complex_id = $1 and sp.supply_id = $2 and sp.since <= $3
    order by sp.since desc, sp.ordinal desc limit 1
  ) p
  cross join lateral (
    select pv.version, pv.effective_from, pv.definition, pv.price_e8 from plan_version pv
    where pv.complex_id = $1 and pv.plan_id = p.plan_id and pv.effective_from <= $3
      and (pv.ends_at is null or pv.ends_at > $3)
    order by pv.effective_from desc, pv.version desc limit 1
  ) v $$;

create or replace view plan_version_held with (security_invoker = true) as
select b.complex_id, b.plan_id, v.version, v.definition, v.cheapest_e8, v.dearest_e8, v.price_e8,
  b.since, b.until
from (
  select e.complex_id, e.plan_id, e.since, lead(e.since, 1, 'infinity') over (
    partition by e.complex_id, e.plan_id order by e.since) as until
  from (
    select complex_id, plan_id, effective_from as since from plan_version
    union
    select complex_id, plan_id, ends_at from plan_version where ends_at is not null
  ) e
) b
cross join lateral (
  select p.version, p.definition, p.cheapest_e8, p.dearest_e8, p.price_e8 from plan_version p
  where p.complex_id = b.complex_id and p.plan_id = b.plan_id and p.effective_from <= b.since
    and (p.ends_at is null or p.ends_at > b.since)
  order by p.effective_from desc, p.version desc limit 1
) v;
