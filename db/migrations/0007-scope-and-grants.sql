-- The second wall: the application's role sees only the complexes named in the transaction's scope,
-- and can't change a ledger or audit row. Every table with a complex_id gets the policy.

do $$
declare t text;
begin
  for t in
    select c.relname from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'complex_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]))$p$, t);
  end loop;
end $$;

grant usage on schema public to prewatt_app;
grant select, insert, update, delete on all tables in schema public to prewatt_app;
grant usage on all sequences in schema public to prewatt_app;
revoke update, delete, truncate on posting, entry, audit, request, purchase_event from prewatt_app;
revoke delete on purchase, sale, sale_line, ledger_account, chain_head, epoch from prewatt_app;
revoke insert, update, delete on installation_id from prewatt_app;
revoke all on kysely_migration, kysely_migration_lock from prewatt_app;
