-- What months are priced by, in the order in which it is read: the registers of one meter lie beside
-- each other here, and in the table wherever their round of readings put them. Status rounds have no
-- register and are left out.
create index reading_energy on reading (complex_id, meter_id, at, source)
  include (flags, energy_wh, reverse_wh, tariffs_wh) where energy_wh is not null;

-- Read from the index alone is only what a vacuum has seen; the default comes by once a fifth is new,
-- which is six days of a month. Later partitions are made with the same.
do $$
declare t text;
begin
  for t in select inhrelid::regclass::text from pg_inherits where inhparent = 'reading'::regclass
  loop
    execute format('alter table %s set (autovacuum_vacuum_insert_scale_factor = 0.01)', t);
  end loop;
end $$;

-- Which complexes may be seen was read anew from its text for every row of every table; now once a
-- statement.
do $$
declare t text;
begin
  for t in select c.relname from pg_policy p join pg_class c on c.oid = p.polrelid
    where p.polname = 'scope' and c.relnamespace = 'public'::regnamespace
  loop
    execute format($p$alter policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*' or complex_id = any (
        (select nullif(nullif(current_setting('prewatt.scope', true), '*'), '')::integer[])::integer[]
      ))$p$, t);
  end loop;
end $$;
