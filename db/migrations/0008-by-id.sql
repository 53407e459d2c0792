-- Ids are unique over all complexes, and callers name a thing by its id alone: these indexes find
-- the row, row-level security decides whether it may be seen.

create index meter_by_id on meter (meter_id);
create index account_by_id on account (account_id);
create index sale_by_id on sale (sale_id);
create index purchase_by_id on purchase (purchase_id);
create index purchase_by_sale on purchase (complex_id, sale_id);
create index command_by_id on command (command_id);
create index batch_by_id on batch (batch_id);
create index alarm_by_id on alarm (alarm_id);
create index hold_by_id on hold (hold_id);
create index supply_point on supply (complex_id, point_id);
create index installation_point on installation (complex_id, point_id);
create index command_of_meter on command (complex_id, meter_id, command_id desc);
