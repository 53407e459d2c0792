-- Rounds of reading on demand: watchers ask once a second which rounds have come further.

create index command_read_ended on command (complex_id, ended_at)
  where kind = 'read' and ended_at is not null;
