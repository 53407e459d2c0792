// What became of a command whose outcome nobody knew 待查结果: it stays `held` for ever (INV-20), and
// what the meter shows when it is next heard is written beside it, so that its batch can end
// (INV-25).

import { type Db, systemScope, type Tx } from '../ports/database.ts'

// A mode shows in the relay, a clock in the clock; anything else in the end of a later command of
// its kind. A money command is a person's to decide.
const SEE = `
  update command k set seen_later = jsonb_build_object('at', seen.at, 'relay', seen.relay,
    'asWanted', seen.as_wanted)
  from (
    select h.complex_id, h.command_id, f.at, f.relay, f.as_wanted
    from command h
    left join latest l on l.complex_id = h.complex_id and l.meter_id = h.meter_id
    cross join lateral (
      select l.relay_at as at, l.relay, case h.params->>'mode'
          when 'tripped' then l.relay = 'tripped'
          when 'kept' then l.kept and l.relay <> 'tripped'
          else not coalesce(l.kept, false) end as as_wanted
      where h.kind = 'setMode' and l.relay_at > h.ended_at
      union all
      select l.clock_at, null, abs(l.clock_offset_ms) <= 5000
      where h.kind = 'setClock' and l.clock_at > h.ended_at
      union all
      (select o.ended_at, null, o.state = 'confirmed' and o.params->'wanted' = h.params->'wanted'
       from command o where h.kind in ('pushSettings', 'pushPrice')
         and o.complex_id = h.complex_id and o.meter_id = h.meter_id and o.kind = h.kind
         and o.state in ('confirmed', 'failed') and o.ended_at > h.ended_at
       order by o.ended_at limit 1)
    ) f
    where h.state = 'held' and h.seen_later is null
  ) seen
  where k.complex_id = seen.complex_id and k.command_id = seen.command_id`

export const seeUnknownIn = async (tx: Tx): Promise<void> => {
  await tx.query(SEE)
}

export const seeUnknownLater = (deps: { db: Db }): Promise<void> =>
  deps.db.as(systemScope('control'), seeUnknownIn)
