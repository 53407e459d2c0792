// Keeping an eye on prices in meters 电价巡检: every meter that deducts by itself is looked at once a
// day, and a change of its plan is noted until the meter was seen to follow.

import { type Db, systemScope, type Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { WAY_TO_METER } from '../registers/meters-in-place.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, GatewayId, MeterId } from '../shared/ids.ts'
import { addWork } from '../work/store.ts'
import { meterKey, PRICE_LOOK_WORK } from './price-work.ts'

const DAY_MS = 86_400_000
/** So long before it takes effect a change must have been written and read back. */
const AHEAD_MS = DAY_MS
const LOOKS_MAX = 500

export type PriceKeeperDeps = { db: Db; ids: Ids }

const OWN_MONEY = `
  meter m
  join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id and s.until is null
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
    and a.mode = 'meter'`

// What a plan was when the supply began is in the meter or found by the daily look; from then on
// each change has to be pushed. A meter that was read without a difference since then follows too.
const DUE = `
  with newest as (
    select distinct on (m.meter_id) m.complex_id, m.meter_id, h.plan_id, h.version, h.since
    from ${OWN_MONEY}
    join supply_held h on h.complex_id = s.complex_id and h.supply_id = s.supply_id
      and h.since > s.since and h.since <= $2
    where m.complex_id = $1
    order by m.meter_id, h.since desc
  ), due as (
    select n.* from newest n
    left join meter_price p on p.complex_id = n.complex_id and p.meter_id = n.meter_id
    where not coalesce(p.plan_id = n.plan_id and p.version = n.version
        and p.in_force_at is not null, false)
      and not coalesce(p.differs = '{}' and p.looked_at > n.since, false)
  ), over as (
    update meter_price p set due_plan_id = null, due_version = null, due_at = null
    where p.complex_id = $1 and p.due_at is not null
      and not exists (select from due d where d.meter_id = p.meter_id)
  )
  insert into meter_price (complex_id, meter_id, due_plan_id, due_version, due_at)
  select complex_id, meter_id, plan_id, version, since from due
  on conflict (complex_id, meter_id) do update set due_plan_id = excluded.due_plan_id,
    due_version = excluded.due_version, due_at = excluded.due_at`

const TO_LOOK_AT = `
  select m.meter_id as "meterId", g.gateway_id as "gatewayId"
  from ${OWN_MONEY}${WAY_TO_METER} and g.enabled
  left join gateway_latest l on l.complex_id = g.complex_id and l.gateway_id = g.gateway_id
  left join meter_price p on p.complex_id = m.complex_id and p.meter_id = m.meter_id
  where m.complex_id = $1 and l.online is not false and (p.looked_at is null or p.looked_at < $2)
    and not exists (select from work w where w.complex_id = m.complex_id and w.kind = $3
      and w.key = 'meter/' || m.meter_id and w.done_at is null)
  order by p.looked_at nulls first limit ${LOOKS_MAX}`

export const noteDueChanges = async (tx: Tx, complex: ComplexId): Promise<void> => {
  await tx.query(DUE, [complex, sqlTime(plusMs(tx.now, AHEAD_MS))])
}

export const queuePriceLooks = async (tx: Tx, ids: Ids, complexId: ComplexId): Promise<number> => {
  const meters = await tx.query<{ meterId: MeterId; gatewayId: GatewayId }>(TO_LOOK_AT, [
    complexId,
    sqlTime(plusMs(tx.now, -DAY_MS)),
    PRICE_LOOK_WORK,
  ])
  for (const { meterId, gatewayId } of meters) {
    const key = meterKey(meterId)
    const payload = { meterId }
    await addWork(tx, ids, { complexId, kind: PRICE_LOOK_WORK, key, gatewayId, payload })
  }
  return meters.length
}

/** One pass over every complex. */
export const keepPrices = async ({ db, ids }: PriceKeeperDeps): Promise<void> => {
  const complexes = await db.as(systemScope('price keeper'), (tx) =>
    tx.query<{ complexId: ComplexId }>(
      'select complex_id as "complexId" from complex order by complex_id',
    ),
  )
  for (const { complexId } of complexes)
    await db.as(systemScope('price keeper', [complexId]), async (tx) => {
      await noteDueChanges(tx, complexId)
      await queuePriceLooks(tx, ids, complexId)
    })
}
