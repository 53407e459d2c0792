-- What alarms are watched for besides the rounds 巡查: covers that meters noted as opened 开盖, and what
-- main meters counted against those behind them 总分表.

create table meter_cover (
  complex_id integer not null,
  meter_id integer not null,
  cover text not null check (cover in ('meter', 'terminal')),
  -- How often the meter says it was opened; null: never read.
  count integer,
  -- Its newest opening, by the meter's own clock; closed_at null: open, as far as is known.
  opened_at timestamptz,
  closed_at timestamptz,
  -- When the centre saw that it had been opened since it last looked, or was open at the first look.
  noted_at timestamptz,
  asked_at timestamptz not null,
  read_at timestamptz,
  -- Why the last question was not answered.
  fault text,
  primary key (complex_id, meter_id, cover),
  foreign key (complex_id, meter_id) references meter
);
create index meter_cover_noted on meter_cover (complex_id, noted_at) where noted_at is not null;

-- One business day of a main meter. With anything unread the amounts mean nothing.
create table main_day (
  complex_id integer not null,
  point_id integer not null,
  day date not null,
  main_wh bigint not null,
  subs_wh bigint not null,
  subs integer not null,
  unread integer not null,
  reckoned_at timestamptz not null,
  primary key (complex_id, point_id, day),
  foreign key (complex_id, point_id) references point
);

do $$
declare t text;
begin
  foreach t in array array['meter_cover', 'main_day'] loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), '')::integer[])::integer[]))$p$, t);
  end loop;
end $$;
select narrow_to_buildings('meter_cover', 'meter_id in (select hidden_meters())');
select narrow_to_buildings('main_day', 'point_id in (select hidden_points())');

grant select, insert, update on meter_cover, main_day to prewatt_app;
