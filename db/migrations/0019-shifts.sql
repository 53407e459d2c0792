-- The till 班次, the day close 日结 and the month lock 月结. A day that is closed takes no posting: what
-- comes later is dated on the first open day and names its origin.

-- What the books say is in the drawer is kept from the moment it was counted; a float comes out of
-- the safe, and what was counted goes into it.
alter table shift
  add column float_posting_id uuid,
  add column counted_at timestamptz,
  add column expected_fen bigint,
  add column per_denomination jsonb not null default '[]',
  add column handed_in_fen bigint,
  add column reason_code text,
  add column note text not null default '',
  add column close_posting_id uuid,
  add column closed_by integer,
  add foreign key (complex_id, float_posting_id) references posting,
  add foreign key (complex_id, close_posting_id) references posting,
  add check (float_fen >= 0),
  add check ((counted_at is null) = (counted_fen is null)),
  add check ((counted_at is null) = (expected_fen is null)),
  add check ((closed_at is null) = (handed_in_fen is null)),
  add check (closed_at is null or counted_at is not null);
create index sale_shift on sale (complex_id, shift_id) where shift_id is not null;
create index payout_shift on payout (complex_id, shift_id) where shift_id is not null;
-- A shift is never removed: its drawer is in the ledger.
revoke delete on shift from prewatt_app;

create table day_close (
  complex_id integer not null references complex,
  day date not null,
  closed_at timestamptz not null,
  operator_id integer not null,
  -- What was reported on that day, as it was reported.
  report jsonb not null,
  primary key (complex_id, day)
);

create table month_lock (
  complex_id integer not null references complex,
  -- Its first day, and its last.
  month date not null check (extract(day from month) = 1),
  last_day date not null,
  locked_at timestamptz not null,
  operator_id integer not null,
  primary key (complex_id, month)
);

do $$
declare t text;
begin
  foreach t in array array['day_close', 'month_lock'] loop
    execute format('alter table %I enable row level security', t);
    execute format($p$create policy scope on %I using (
      (select current_setting('prewatt.scope', true)) = '*'
      or complex_id = any ((select nullif(nullif(current_setting('prewatt.scope', true), '*'), ''))::integer[]))$p$, t);
  end loop;
end $$;
-- What was closed stays closed.
grant select, insert on day_close, month_lock to prewatt_app;
