-- How long is kept what is about people: settings of a complex, and the names of those who left.

-- A complex without a row keeps what its tenants left until somebody asks.
create table retention (
  complex_id integer primary key references complex,
  -- So long after a tenant's last account is closed he is erased; null: only when it is asked for.
  departed_months integer check (departed_months between 1 and 240),
  -- Follow-up work that is done, for whoever looks for what went wrong.
  done_days integer not null check (done_days between 7 and 3650),
  saved_at timestamptz not null
);
alter table retention enable row level security;
create policy scope on retention using (
  (select current_setting('prewatt.scope', true)) = '*'
  or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), '')::integer[])::integer[]));
grant select, insert, update on retention to prewatt_app;

-- His name was replaced by a reference; what he paid stays.
alter table tenant add column erased_at timestamptz;

create function replace_name(document jsonb, name text, reference text) returns jsonb
  language sql immutable as $$
  select replace(document::text, to_json(name)::text, to_json(reference)::text)::jsonb $$;

-- Texts of receipts, vouchers and kept answers name the tenant. They are facts of money, which the
-- application may not change; this changes the one word in those of his time, and nothing else.
create function erase_name(complex integer, tenant integer, name text, reference text)
  returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  changed integer := 0;
  part integer;
  h record;
begin
  if current_setting('prewatt.scope', true) is distinct from '*' and not coalesce(
    complex = any (nullif(current_setting('prewatt.scope', true), '')::integer[]), false) then
    raise exception 'not in the scope';
  end if;
  for h in select account_id, since, coalesce(until, 'infinity') + interval '1 day' as until
    from account_tenant where complex_id = complex and tenant_id = tenant
  loop
    update sale set receipt = replace_name(receipt, name, reference)
    where complex_id = complex and account_id = h.account_id and at between h.since and h.until
      and strpos(receipt::text, to_json(name)::text) > 0;
    get diagnostics part = row_count;
    changed := changed + part;
    update payout set receipt = replace_name(receipt, name, reference)
    where complex_id = complex and account_id = h.account_id and at between h.since and h.until
      and strpos(receipt::text, to_json(name)::text) > 0;
    get diagnostics part = row_count;
    changed := changed + part;
    update request set answer = replace_name(answer, name, reference)
    where complex_id = complex and at between h.since and h.until
      and answer::text ~ ('"accountId": ' || h.account_id || '[,}]')
      and strpos(answer::text, to_json(name)::text) > 0;
  end loop;
  return changed;
end $$;
revoke execute on function erase_name(integer, integer, text, text) from public;
grant execute on function erase_name(integer, integer, text, text) to prewatt_app;
