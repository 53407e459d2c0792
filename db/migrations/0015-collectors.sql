-- Several collectors share the gateways: each says here that it is alive, so that every one of them
-- takes no more than its share, and gives up what is more when another has come.
create table collector (
  holder text primary key,
  -- When it came; one that comes and dies again and again moves no gateway.
  since timestamptz not null,
  seen_at timestamptz not null
);
grant select, insert, update, delete on collector to prewatt_app;
