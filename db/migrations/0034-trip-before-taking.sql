-- A meter is switched off before its money is taken out for a swap 换表先拉闸: the reduction waits for
-- the end of that order, so that nothing is used while the money comes out.

-- The batch of the order that ends first; null: nothing is waited for.
alter table reduction add column after_batch uuid;
alter table reduction add foreign key (complex_id, after_batch) references batch;
