// Held meters as people see them, with the evidence.

import type { Tx } from '../ports/database.ts'
import { PREMISES_EN } from '../registers/meters-in-place.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../shared/ids.ts'

export type HeldMeter = {
  holdId: Uuid
  complexId: ComplexId
  zone: string
  meterId: MeterId
  meterNo: string
  premises: string
  premisesEn: string
  pointKind: string
  tenant: string
  accountNo: string
  reason: string
  evidence: Record<string, unknown>
  purchaseId: Uuid | null
  reductionId: Uuid | null
  raisedAt: Instant
}

const HELD = `
  select h.hold_id as "holdId", h.complex_id as "complexId", c.zone, h.meter_id as "meterId",
    m.no as "meterNo", concat_ws(' ', b.name, pr.no, pr.name) as premises,
    ${PREMISES_EN} as "premisesEn",
    coalesce(pt.kind, '') as "pointKind",
    coalesce(t.name, '') as tenant, a.no as "accountNo", h.reason, h.evidence,
    p.purchase_id as "purchaseId", rd.reduction_id as "reductionId", h.raised_at as "raisedAt"
  from hold h
  join complex c on c.complex_id = h.complex_id
  join meter m on m.complex_id = h.complex_id and m.meter_id = h.meter_id
  join epoch e on e.complex_id = h.complex_id and e.meter_id = h.meter_id and e.epoch = h.epoch
  join supply s on s.complex_id = e.complex_id and s.supply_id = e.supply_id
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  left join account_tenant at on at.complex_id = a.complex_id and at.account_id = a.account_id
    and at.until is null
  left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
  join point pt on pt.complex_id = s.complex_id and pt.point_id = s.point_id
  left join premises pr on pr.complex_id = pt.complex_id and pr.premises_id = pt.premises_id
  left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
  left join purchase p on p.complex_id = h.complex_id and p.meter_id = h.meter_id
    and p.epoch = h.epoch and p.state = 'HOLD'
  left join reduction rd on rd.complex_id = h.complex_id and rd.meter_id = h.meter_id
    and rd.state = 'HOLD'
  where h.released_at is null`

export const heldMeters = (tx: Tx, complex: ComplexId): Promise<HeldMeter[]> =>
  tx.query<HeldMeter>(`${HELD} and h.complex_id = $1 order by h.raised_at`, [complex])

export const heldMeter = async (tx: Tx, hold: Uuid): Promise<HeldMeter | null> => {
  const rows = await tx.query<HeldMeter>(`${HELD} and h.hold_id = $1`, [hold])
  return rows[0] ?? null
}
