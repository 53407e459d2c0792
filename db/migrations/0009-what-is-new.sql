-- Watchers ask once a second what happened since they last looked: by time, never by a scan.

create index purchase_event_at on purchase_event (complex_id, at);
create index alarm_acknowledged on alarm (complex_id, acknowledged_at)
  where acknowledged_at is not null;
create index alarm_cleared on alarm (complex_id, cleared_at) where cleared_at is not null;
