// The facts that alarm rules decide on 报警依据: one query for a whole batch of meters, with the alarms
// that are open for each of them.

import type { Tx } from '../ports/database.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import type { ComplexId, GatewayId, MeterId, SupplyId, TenantId } from '../shared/ids.ts'
import type { GatewayFacts, MeterFacts } from './rule.ts'

export type WithOpen<F> = {
  facts: F
  /** Ids of the rules whose alarm is open for this subject. */
  open: ReadonlySet<string>
}

type MeterRow = {
  meterId: MeterId
  gatewayId: GatewayId
  supplyId: SupplyId | null
  tenantId: TenantId | null
  alarm1Fen: number
  alarm2Fen: number
  overdraftFen: number
  opened: boolean | null
  balanceFen: number | null
  balanceAt: Instant | null
  paidLately: boolean | null
  answeredAt: Instant | null
  silentSince: Instant | null
  fault: string | null
  gatewayOnline: boolean | null
  gatewaySince: Instant | null
  holdReason: string | null
  holdSince: Instant | null
  open: string[] | null
}

const METERS = `
  select m.meter_id as "meterId", bus.gateway_id as "gatewayId", s.supply_id as "supplyId",
    t.tenant_id as "tenantId", s.alarm1_fen as "alarm1Fen", s.alarm2_fen as "alarm2Fen",
    s.overdraft_fen as "overdraftFen", l.opened, l.balance_fen as "balanceFen",
    l.balance_at as "balanceAt", l.answered_at as "answeredAt", l.silent_since as "silentSince",
    l.fault, w.late as "paidLately", g.online as "gatewayOnline", g.since as "gatewaySince",
    h.reason as "holdReason", h.raised_at as "holdSince",
    (select array_agg(a.rule) from alarm a
     where a.complex_id = m.complex_id and a.cleared_at is null
       and ((a.subject_kind = 'meter' and a.subject_id = m.meter_id)
         or (a.subject_kind = 'supply' and a.subject_id = s.supply_id))) as open
  from meter m
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  left join gateway_latest g on g.complex_id = bus.complex_id and g.gateway_id = bus.gateway_id
  left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
  left join hold h on h.complex_id = m.complex_id and h.meter_id = m.meter_id
    and h.released_at is null
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
    and s.until is null
  left join account_tenant t on t.complex_id = s.complex_id and t.account_id = s.account_id
    and t.until is null
  left join lateral (
    -- A status reading takes several questions; a purchase arriving between two tears it.
    select p.state in ('QUEUED', 'ARMED') or p.ended_at > l.balance_at - interval '1 minute' as late
    from purchase p where p.complex_id = m.complex_id and p.meter_id = m.meter_id
      and p.state in ('QUEUED', 'ARMED', 'DELIVERED')
    order by p.epoch desc, p.purchase_no desc limit 1
  ) w on true
  where m.complex_id = $1 and m.meter_id = any ($2)`

const factsOf = (row: MeterRow): MeterFacts => ({
  meterId: row.meterId,
  gatewayId: row.gatewayId,
  supplyId: row.supplyId,
  tenantId: row.tenantId,
  opened: row.opened,
  balanceFen: row.balanceFen,
  balanceAt: row.balanceAt,
  paidLately: row.paidLately ?? false,
  limits:
    row.supplyId === null
      ? null
      : { alarm1Fen: row.alarm1Fen, alarm2Fen: row.alarm2Fen, overdraftFen: row.overdraftFen },
  answeredAt: row.answeredAt,
  silentSince: row.silentSince,
  fault: row.fault,
  gateway:
    row.gatewayOnline === null || row.gatewaySince === null
      ? null
      : { online: row.gatewayOnline, since: row.gatewaySince },
  hold:
    row.holdReason === null || row.holdSince === null
      ? null
      : { reason: row.holdReason, since: row.holdSince },
})

export const meterFacts = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<WithOpen<MeterFacts>[]> => {
  if (meters.length === 0) return []
  const rows = await tx.query<MeterRow>(METERS, [complex, meters])
  return rows.map((row) => ({ facts: factsOf(row), open: new Set(row.open ?? []) }))
}

/**
 * The meters that a sweep must look at: silent for `silentMs`, held, or with an open alarm. Of ten
 * thousand sound ones none is read.
 */
export const suspectMeters = async (
  tx: Tx,
  complex: ComplexId,
  silentMs: number,
): Promise<MeterId[]> => {
  const rows = await tx.query<{ meterId: MeterId }>(
    `select meter_id as "meterId" from latest where complex_id = $1 and silent_since <= $2
     union select meter_id from hold where complex_id = $1 and released_at is null
     union select subject_id from alarm
       where complex_id = $1 and cleared_at is null and subject_kind = 'meter'`,
    [complex, sqlTime(plusMs(tx.now, -silentMs))],
  )
  return rows.map((row) => row.meterId)
}

type GatewayRow = GatewayFacts & { open: string[] | null }

export const gatewayFacts = async (
  tx: Tx,
  complex: ComplexId,
): Promise<WithOpen<GatewayFacts>[]> => {
  const rows = await tx.query<GatewayRow>(
    `select g.gateway_id as "gatewayId", g.enabled, l.online, l.since, l.fault,
       (select array_agg(a.rule) from alarm a
        where a.complex_id = g.complex_id and a.cleared_at is null
          and a.subject_kind = 'gateway' and a.subject_id = g.gateway_id) as open
     from gateway g
     left join gateway_latest l on l.complex_id = g.complex_id and l.gateway_id = g.gateway_id
     where g.complex_id = $1`,
    [complex],
  )
  return rows.map(({ open, ...facts }) => ({ facts, open: new Set(open ?? []) }))
}

export const complexIds = async (tx: Tx): Promise<ComplexId[]> => {
  const rows = await tx.query<{ complexId: ComplexId }>(
    'select complex_id as "complexId" from complex order by complex_id',
  )
  return rows.map((row) => row.complexId)
}
