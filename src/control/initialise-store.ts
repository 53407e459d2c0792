// The rows of reinitialising a barred meter 停用表初始化: whether nobody's money is at stake, and the
// lifting of the bar.

import type { Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId, GatewayId, MeterId } from '../shared/ids.ts'
import type { CommandKey } from './store.ts'

export type BarredMeter = {
  complexId: ComplexId
  meterNo: string
  model: string
  gatewayId: GatewayId
  barredAt: Instant | null
  barredReason: string | null
  /** It supplies somebody, its counter is a tenant's, or money is on its way in or out. */
  holdsTenant: boolean
  /** An order to reinitialise it has not ended. */
  underWay: boolean
}

const BARRED = `
  select m.complex_id as "complexId", m.no as "meterNo", d.model, b.gateway_id as "gatewayId",
    m.barred_at as "barredAt", m.barred_reason as "barredReason",
    exists (select from epoch e where e.complex_id = m.complex_id and e.meter_id = m.meter_id
      and e.closed_at is null)
    or exists (select from installation i join supply s on s.complex_id = i.complex_id
      and s.point_id = i.point_id and s.until is null
      where i.complex_id = m.complex_id and i.meter_id = m.meter_id and i.until is null)
    or exists (select from purchase p where p.complex_id = m.complex_id
      and p.meter_id = m.meter_id and p.state in ('QUEUED', 'ARMED', 'HOLD'))
    or exists (select from reduction r where r.complex_id = m.complex_id
      and r.meter_id = m.meter_id and r.state in ('QUEUED', 'SENT', 'HOLD')) as "holdsTenant",
    exists (select from command k where k.complex_id = m.complex_id and k.meter_id = m.meter_id
      and k.kind = 'initialise' and k.state in ('queued', 'sent', 'acknowledged')) as "underWay"
  from complex c
  join meter m on m.complex_id = c.complex_id and m.meter_id = $1
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus b on b.complex_id = d.complex_id and b.bus_id = d.bus_id`

/** Locked, so that nobody installs or opens it meanwhile; null outside the scope. */
export const lockBarred = async (tx: Tx, meter: MeterId): Promise<BarredMeter | null> => {
  const found = await tx.query<{ complexId: ComplexId }>(
    `select m.complex_id as "complexId" from complex c
     join meter m on m.complex_id = c.complex_id and m.meter_id = $1 for no key update of m`,
    [meter],
  )
  return found.length === 0 ? null : ((await tx.query<BarredMeter>(BARRED, [meter]))[0] ?? null)
}

export const liftBar = async (tx: Tx, complex: ComplexId, meter: MeterId): Promise<void> => {
  await tx.query(
    `update meter set barred_at = null, barred_reason = null
     where complex_id = $1 and meter_id = $2`,
    [complex, meter],
  )
}

/** Under which number the meter notes it; the same for every round of one command. */
export const orderNoOf = async (tx: Tx, key: CommandKey): Promise<string | null> => {
  const rows = await tx.query<{ orderNo: string }>(
    `select params->>'orderNo' as "orderNo" from command where complex_id = $1 and command_id = $2`,
    [key.complexId, key.commandId],
  )
  return rows[0]?.orderNo ?? null
}
