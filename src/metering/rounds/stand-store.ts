// Where collection stands 采集进度: of each meter the newest energy reading, the newest freezes, and
// the slots of the last days that nobody read. Looked at when a gateway is taken, so that whatever
// was missed meanwhile, or while it was being filled, is filled.

import type { Tx } from '../../ports/database.ts'
import { type Instant, plusMs, sqlTime } from '../../shared/clock.ts'
import type { GatewayId, MeterId } from '../../shared/ids.ts'
import type { FreezeKind } from '../driver.ts'
import type { MeterStand } from './freeze-plan.ts'

type StandRow = {
  meterId: MeterId
  energyAt: Instant | null
  interval: Instant | null
  daily: Instant | null
  monthly: Instant | null
}
type HoleRow = { meterId: MeterId; from: Instant; to: Instant }

/** Older holes than this were looked at before, or the meter has nothing left to fill them. */
const LOOK_BACK_MS = 3 * 86_400_000

const METERS_OF = `
  select m.complex_id, m.meter_id
  from bus b
  join device d on d.complex_id = b.complex_id and d.bus_id = b.bus_id
  join meter m on m.complex_id = d.complex_id and m.device_id = d.device_id
  where b.gateway_id = any ($1)`

const holesOf = (tx: Tx, gateways: readonly GatewayId[], slotMs: number): Promise<HoleRow[]> =>
  tx.query<HoleRow>(
    `with meters as (${METERS_OF}), gaps as (
       select r.meter_id, r.at, lag(r.at) over (partition by r.meter_id order by r.at) as before
       from meters m join reading r using (complex_id, meter_id)
       where r.at > $2 and r.energy_wh is not null
     )
     select meter_id as "meterId", min(before) as "from", max(at) as "to"
     from gaps where at - before > make_interval(secs => $3) group by meter_id`,
    [gateways, sqlTime(plusMs(tx.now, -LOOK_BACK_MS)), (2 * slotMs) / 1_000],
  )

/** Of every meter of the gateways that has anything stored. `slotMs`: their longest energy slot. */
export const meterStands = async (
  tx: Tx,
  gateways: readonly GatewayId[],
  slotMs: number,
): Promise<Map<MeterId, MeterStand>> => {
  const newest = (which: FreezeKind) =>
    `(select frozen_at from freeze_state f where f.complex_id = m.complex_id
       and f.meter_id = m.meter_id and f.which = '${which}') as ${which}`
  const rows = await tx.query<StandRow>(
    `with meters as (${METERS_OF})
     select m.meter_id as "meterId", l.energy_at as "energyAt",
       ${newest('interval')}, ${newest('daily')}, ${newest('monthly')}
     from meters m join latest l using (complex_id, meter_id)`,
    [gateways],
  )
  const holes = new Map((await holesOf(tx, gateways, slotMs)).map((hole) => [hole.meterId, hole]))
  return new Map(
    rows.map(({ meterId, energyAt, interval, daily, monthly }) => {
      const hole = holes.get(meterId)
      const frozenAt = { interval, daily, monthly }
      const span = hole ? { from: hole.from, to: hole.to } : null
      return [meterId, { energyAt, frozenAt, hole: span }]
    }),
  )
}
