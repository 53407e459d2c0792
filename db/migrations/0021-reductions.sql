-- Every poll asks whether money is being taken out of the meter, and when it last was.
create index reduction_meter on reduction (complex_id, meter_id, epoch, ended_at);
