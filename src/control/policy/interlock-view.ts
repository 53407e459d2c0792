// The interlock as people see it 联锁: how many trips left, what is stopped and why.

import type { InterlockNow, TripSurge } from '../../http/contract/policy.ts'
import type { Tx } from '../../ports/database.ts'
import { SHOP, SHOP_EN } from '../../registers/meters-in-place.ts'
import { rfc3339 } from '../../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../../shared/ids.ts'
import { passedLately } from './interlock-store.ts'
import { interlockOf } from './settings-store.ts'
import { lastSurges, type SurgeRow } from './surge-store.ts'
import { placeOf } from './world.ts'

const PAST_MAX = 50
const SHOPS_MAX = 100

type ShopRow = {
  surgeId: Uuid
  meterId: MeterId
  meterNo: string
  premises: string
  premisesEn: string
}

const SHOPS = `
  select n."surgeId", n."meterId", n."meterNo", n.premises, n."premisesEn" from (
    select s.surge_id as "surgeId", s.meter_id as "meterId", m.no as "meterNo",
      ${SHOP} as premises,
      ${SHOP_EN} as "premisesEn",
      row_number() over (partition by s.surge_id order by s.meter_id) as n
    from trip_surge_meter s
    join meter m on m.complex_id = s.complex_id and m.meter_id = s.meter_id
    left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
      and i.until is null
    left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
    left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
    where s.complex_id = $1 and s.surge_id = any ($2)) n
  where n.n <= $3 order by n.premises, n."meterId"`

const gatewayNames = async (tx: Tx, complex: ComplexId): Promise<Map<string, string>> => {
  const rows = await tx.query<{ id: number; name: string }>(
    'select gateway_id as id, code as name from gateway where complex_id = $1',
    [complex],
  )
  return new Map(rows.map(({ id, name }) => [`${id}`, name]))
}

export const surgesShown = async (
  tx: Tx,
  complex: ComplexId,
  rows: readonly SurgeRow[],
): Promise<TripSurge[]> => {
  if (rows.length === 0) return []
  const { zone } = await placeOf(tx, complex)
  const names = await gatewayNames(tx, complex)
  const surges = rows.map(({ surgeId }) => surgeId)
  const shops = Map.groupBy(
    await tx.query<ShopRow>(SHOPS, [complex, surges, SHOPS_MAX]),
    ({ surgeId }) => surgeId,
  )
  return rows.map(({ scopeKey, raisedAt, releasedAt, ...row }) => ({
    ...row,
    scopeName: row.scopeKind === 'gateway' ? (names.get(scopeKey) ?? scopeKey) : scopeKey,
    raisedAt: rfc3339(raisedAt, zone),
    releasedAt: releasedAt === null ? null : rfc3339(releasedAt, zone),
    shops: (shops.get(row.surgeId) ?? []).map(({ surgeId: _, ...shop }) => shop),
  }))
}

export const interlockShown = async (tx: Tx, complex: ComplexId): Promise<InterlockNow> => {
  const surges = await surgesShown(tx, complex, await lastSurges(tx, complex, PAST_MAX))
  return {
    settings: await interlockOf(tx, complex),
    sentInMinute: (await passedLately(tx, complex)).length,
    open: surges.filter(({ releasedAt }) => releasedAt === null),
    past: surges.filter(({ releasedAt }) => releasedAt !== null),
  }
}
