// What open supplies used lately 近日用电: the register now against that of so many days ago, of the
// meter that has hung there all the time.

import type { Tx } from '../../ports/database.ts'
import { plusMs, sqlTime } from '../../shared/clock.ts'
import type { ComplexId } from '../../shared/ids.ts'
import type { UseFacts } from '../rule.ts'

const DAY_MS = 24 * 3_600_000
/** A reading so much older than asked for still tells of that day. */
const OLDER_MS = DAY_MS

const multiplied = (wh: string): string =>
  `(${wh}) * case i.side when 'secondary' then i.multiplier else 1 end`
const counted = (row: string): string => `case i.direction
  when 'forwardPlusReverse' then ${row}.energy_wh + ${row}.reverse_wh else ${row}.energy_wh end`

const FACTS = `
  select s.supply_id as "supplyId", i.meter_id as "meterId", bus.gateway_id as "gatewayId", l.relay,
    greatest(s.since, i.since, (select max(coalesce(e.until, $4)) from relay_episode e
      where e.complex_id = i.complex_id and e.meter_id = i.meter_id
        and e.relay <> 'closed')) as since,
    l.energy_at as "readAt", ${multiplied(`${counted('l')} - b.counted`)} as "usedWh",
    b.at as "usedSince"
  from supply s
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.until is null
  join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
  left join lateral (
    select r.at, ${counted('r')} as counted from billable_reading r
    where r.complex_id = i.complex_id and r.meter_id = i.meter_id and r.at <= $2 and r.at > $3
      and r.at >= i.since
    order by r.at desc limit 1) b on true
  where s.complex_id = $1 and s.until is null
    and not (a.mode = 'meter' and l.opened is false)`

/** `days`: over how many the use is told. */
export const factsOfUse = (tx: Tx, complex: ComplexId, days: number): Promise<UseFacts[]> => {
  const from = plusMs(tx.now, -days * DAY_MS)
  const times = [sqlTime(from), sqlTime(plusMs(from, -OLDER_MS)), sqlTime(tx.now)]
  return tx.query<UseFacts>(FACTS, [complex, ...times], 'kept')
}
