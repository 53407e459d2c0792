// What a swap finds at a point 换表现场: the meter that hangs there and what is known of it, whom it
// supplies, what is on its way; and the meter that is to come.

import type { Tx } from '../../ports/database.ts'
import type { Instant } from '../../shared/clock.ts'
import type {
  AccountId,
  ComplexId,
  GatewayId,
  MeterId,
  PointId,
  SupplyId,
  Uuid,
} from '../../shared/ids.ts'

export type Place = {
  pointId: PointId
  oldMeterId: MeterId
  oldMeterNo: string
  model: string
  multiplier: number
  side: 'primary' | 'secondary'
  supplyId: SupplyId | null
  accountId: AccountId | null
  mode: 'meter' | 'centre' | null
  epoch: number | null
  /** The opening of the epoch is in the meter: its money is ours. */
  opened: boolean
  /** Deliveries are stopped by a mismatch. */
  held: boolean
  /** In the meter, as the books know it. */
  creditFen: number
  /** Of purchases whose number may be on a wire: armed, or on hold. */
  underWayFen: number
  underWay: number
  waitingFen: number
  /** A reduction that is queued, sent or on hold. */
  reductionId: Uuid | null
  /** The swap that takes the money out of the meter just now. */
  swapId: Uuid | null
  closing: boolean
  /** Open supplies of the account. */
  supplies: number
  energyWh: number | null
  energyAt: Instant | null
  balanceFen: number | null
  balanceAt: Instant | null
}

// The order is point, then account. Where an account is held before (a closing ends, a meter has
// less than was to be taken), a swap of the same point may have to give way, and is asked again.
const LOCK_POINTS = `
  select point_id as "pointId" from point where complex_id = $1 and point_id = any ($2)
  order by point_id for no key update`

type PointRow = { pointId: PointId }

/** Locks those that exist, in the order of their ids. */
export const lockPoints = async (
  tx: Tx,
  complex: ComplexId,
  points: readonly PointId[],
): Promise<ReadonlySet<PointId>> => {
  const rows = await tx.query<PointRow>(LOCK_POINTS, [complex, points], 'kept')
  return new Set(rows.map(({ pointId }) => pointId))
}

export const lockPoint = async (tx: Tx, complex: ComplexId, point: PointId): Promise<boolean> =>
  (await lockPoints(tx, complex, [point])).has(point)

/** Whose account each point supplies; a point that supplies nobody is left out. */
export const accountsAt = async (
  tx: Tx,
  complex: ComplexId,
  points: readonly PointId[],
): Promise<ReadonlyMap<PointId, AccountId>> => {
  const rows = await tx.query<PointRow & { accountId: AccountId }>(
    `select point_id as "pointId", account_id as "accountId" from supply
     where complex_id = $1 and point_id = any ($2) and until is null`,
    [complex, points],
    'kept',
  )
  return new Map(rows.map(({ pointId, accountId }) => [pointId, accountId]))
}

const PLACES = `
  select i.point_id as "pointId", m.meter_id as "oldMeterId", m.no as "oldMeterNo", d.model,
    i.multiplier, i.side,
    s.supply_id as "supplyId", a.account_id as "accountId", a.mode, e.epoch,
    coalesce(pu.opened, false) as opened,
    exists (select from hold h where h.complex_id = m.complex_id and h.meter_id = m.meter_id
      and h.released_at is null) as held,
    -coalesce((select la.balance_fen from ledger_account la where la.complex_id = s.complex_id
      and la.path = 'supply/' || s.supply_id || '/credit'), 0) as "creditFen",
    coalesce(pu.under_way_fen, 0)::bigint as "underWayFen",
    coalesce(pu.under_way, 0)::int as "underWay",
    coalesce(pu.waiting_fen, 0)::bigint as "waitingFen",
    (select r.reduction_id from reduction r where r.complex_id = m.complex_id
      and r.meter_id = m.meter_id and r.state in ('QUEUED', 'SENT', 'HOLD')) as "reductionId",
    (select w.swap_id from swap w where w.complex_id = m.complex_id and w.point_id = i.point_id
      and w.state = 'TAKING') as "swapId",
    exists (select from closing c where c.complex_id = m.complex_id
      and c.account_id = a.account_id and c.ended_at is null) as closing,
    (select count(*)::int from supply o where o.complex_id = s.complex_id
      and o.account_id = s.account_id and o.until is null) as supplies,
    l.energy_wh as "energyWh", l.energy_at as "energyAt", l.balance_fen as "balanceFen",
    l.balance_at as "balanceAt"
  from installation i
  join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
    and s.until is null
  left join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  left join epoch e on e.complex_id = m.complex_id and e.meter_id = m.meter_id
    and e.supply_id = s.supply_id and e.closed_at is null
  left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
  left join lateral (
    select bool_or(p.state = 'DELIVERED' and p.n is not null) as opened,
      sum(p.amount_fen) filter (where p.state in ('ARMED', 'HOLD')) as under_way_fen,
      count(*) filter (where p.state in ('ARMED', 'HOLD')) as under_way,
      sum(p.amount_fen) filter (where p.state = 'QUEUED') as waiting_fen
    from purchase p where p.complex_id = m.complex_id and p.meter_id = m.meter_id
      and p.epoch = e.epoch
  ) pu on true
  where i.complex_id = $1 and i.point_id = any ($2) and i.until is null`

/** Points where no meter hangs are left out. */
export const placesAt = (
  tx: Tx,
  complex: ComplexId,
  points: readonly PointId[],
): Promise<Place[]> => tx.query<Place>(PLACES, [complex, points], 'kept')

export type Newcomer = {
  meterId: MeterId
  meterNo: string
  model: string
  gatewayId: GatewayId
  barred: boolean
  /** It hangs at a point. */
  hangs: boolean
  /** Where a swap under way has promised it to. */
  promisedTo: PointId | null
  energyWh: number | null
  reverseWh: number | null
}

const NEWCOMERS = `
  select m.meter_id as "meterId", m.no as "meterNo", d.model, b.gateway_id as "gatewayId",
    m.barred_at is not null as barred,
    exists (select from installation i where i.complex_id = m.complex_id
      and i.meter_id = m.meter_id and i.until is null) as hangs,
    (select w.point_id from swap w where w.complex_id = m.complex_id
      and w.new_meter_id = m.meter_id and w.state = 'TAKING' limit 1) as "promisedTo",
    l.energy_wh as "energyWh", l.reverse_wh as "reverseWh"
  from meter m
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus b on b.complex_id = d.complex_id and b.bus_id = d.bus_id
  left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
  where m.complex_id = $1 and m.meter_id = any ($2)`

/** The meters that are to come, locked in the order of ids, so that none is promised twice. */
export const lockNewcomers = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<Newcomer[]> => {
  await tx.query(
    `select from meter where complex_id = $1 and meter_id = any ($2)
     order by meter_id for no key update`,
    [complex, meters],
    'kept',
  )
  return tx.query<Newcomer>(NEWCOMERS, [complex, meters], 'kept')
}

/** Where points are, for a caller who knows only their ids. */
export const complexOfPoint = async (tx: Tx, point: number): Promise<ComplexId | null> => {
  const rows = await tx.query<{ id: ComplexId }>(
    'select complex_id as id from point where point_id = $1',
    [point],
    'kept',
  )
  return rows[0]?.id ?? null
}

export const gatewayOf = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
): Promise<GatewayId | null> => {
  const rows = await tx.query<{ id: GatewayId }>(
    `select b.gateway_id as id from meter m
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     join bus b on b.complex_id = d.complex_id and b.bus_id = d.bus_id
     where m.complex_id = $1 and m.meter_id = $2`,
    [complex, meter],
    'kept',
  )
  return rows[0]?.id ?? null
}

export const meterNoOf = async (tx: Tx, complex: ComplexId, meter: MeterId): Promise<string> => {
  const rows = await tx.query<{ no: string }>(
    'select no from meter where complex_id = $1 and meter_id = $2',
    [complex, meter],
    'kept',
  )
  return rows[0]?.no ?? ''
}

/** Signed, debit positive; zero where nothing was ever posted. */
export const ledgerBalance = async (tx: Tx, complex: ComplexId, path: string): Promise<number> => {
  const rows = await tx.query<{ fen: number }>(
    'select balance_fen as fen from ledger_account where complex_id = $1 and path = $2',
    [complex, path],
    'kept',
  )
  return rows[0]?.fen ?? 0
}
