-- Since when a meter draws more than its alarm allows 过载起点: remembered from one reading to the next.

create table overload_watch (
  complex_id integer not null,
  meter_id integer not null,
  since timestamptz not null,
  primary key (complex_id, meter_id),
  foreign key (complex_id, meter_id) references meter
);
alter table overload_watch enable row level security;
create policy scope on overload_watch using (
  (select current_setting('prewatt.scope', true)) = '*'
  or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), '')::integer[])::integer[]));
select narrow_to_buildings('overload_watch', 'meter_id in (select hidden_meters())');
grant select, insert, update, delete on overload_watch to prewatt_app;
