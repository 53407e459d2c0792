-- Commands that change a meter's money, by meter: every poll asks whether one came between.

create index command_money on command (complex_id, meter_id)
  where kind in ('reduce', 'initialise');
