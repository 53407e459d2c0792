// What the walk of a reduction reads and writes 减额执行存取: the same locks, lease and books as the
// delivery of a purchase, so that neither overtakes the other.

import type { ModelCapabilities } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { GatewayId, OperatorId } from '../shared/ids.ts'
import { ANCHOR } from './anchor.ts'
import type { Reduction, ReductionBooks, StoredReduction } from './reduce-machine.ts'
import type { NewReduction } from './reduction-store.ts'
import type { Seen } from './refund-record.ts'
import {
  DEAREST_PRICE,
  LAST_ASSIGNED,
  LEASED,
  lockAccount,
  type MeterKey,
  moneyRules,
  onHold,
  type Step,
  UNKNOWN_MODEL,
} from './store.ts'

/** One reduction with everything that its machine wants to know. */
export type ReductionJob = Omit<NewReduction, 'wantedFen' | 'afterBatch'> & {
  operatorId: OperatorId | null
  gatewayId: GatewayId
  zone: string
  dayCutMinutes: number
  lastFault: string | null
  leaseToken: number | null
  reduction: Reduction
  books: ReductionBooks
}

type JobRow = Omit<ReductionJob, 'reduction' | 'books'> & {
  state: Reduction['state']
  wantedFen: number | null
  askedFen: number | null
  before: Seen | null
  sends: number
  sentAt: Instant | null
  model: string
  customerNo: string
  lastAssigned: number | null
  onHold: boolean
  armed: boolean
  tripping: boolean
  anchor: { balanceFen: number } | null
  dearestPriceE8: number | null
}

const ARMED = `
  exists (select from purchase q where q.complex_id = r.complex_id
    and q.meter_id = r.meter_id and q.state = 'ARMED')`

const TRIPPING = `
  exists (select from command k where k.complex_id = r.complex_id and k.batch_id = r.after_batch
    and k.meter_id = r.meter_id and k.state in ('queued', 'sent', 'acknowledged'))`

const JOB = `
  select r.complex_id as "complexId", r.meter_id as "meterId", r.reduction_id as "reductionId",
    r.request_id as "requestId", r.supply_id as "supplyId", r.account_id as "accountId", r.epoch,
    r.purpose, r.sale_id as "saleId", r.order_no as "orderNo", r.reason,
    r.operator_id as "operatorId", r.state, r.wanted_fen as "wantedFen",
    r.asked_fen as "askedFen", r.before, r.sends, r.sent_at as "sentAt",
    r.last_fault as "lastFault", b.gateway_id as "gatewayId", d.model, c.zone,
    c.day_cut_minutes as "dayCutMinutes", e.customer_no as "customerNo",
    le.token as "leaseToken", ${LAST_ASSIGNED} as "lastAssigned", ${onHold('r')} as "onHold",
    ${ARMED} as armed, ${TRIPPING} as tripping, anchor.facts as anchor,
    ${DEAREST_PRICE} as "dearestPriceE8"
  from reduction r
  join epoch e on e.complex_id = r.complex_id and e.meter_id = r.meter_id and e.epoch = r.epoch
  join supply s on s.complex_id = r.complex_id and s.supply_id = r.supply_id
  join complex c on c.complex_id = r.complex_id
  join meter m on m.complex_id = r.complex_id and m.meter_id = r.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus b on b.complex_id = d.complex_id and b.bus_id = d.bus_id
  left join lease le on le.complex_id = b.complex_id and le.gateway_id = b.gateway_id
    and le.holder = $3
  ${ANCHOR}
  where r.complex_id = $1 and r.meter_id = $2 and r.state in ('QUEUED', 'SENT', 'HOLD')`

/** The reduction of a meter that is under way, or null. */
export const nextReduction = async (
  tx: Tx,
  key: MeterKey,
  holder: string,
  capabilitiesOf: (model: string) => ModelCapabilities | null,
): Promise<ReductionJob | null> => {
  const rows = await tx.query<JobRow>(JOB, [key.complexId, key.meterId, holder], 'kept')
  const row = rows[0]
  if (row === undefined) return null
  const { state, wantedFen, askedFen, before, sends, sentAt, model, ...rest } = row
  const { customerNo, lastAssigned, onHold, armed, tripping, anchor, dearestPriceE8, ...job } = rest
  const capabilities = capabilitiesOf(model)
  const reduce = capabilities?.reduce ?? 'none'
  const rules = moneyRules(dearestPriceE8, capabilities ?? UNKNOWN_MODEL)
  return {
    ...job,
    reduction: { state, purpose: job.purpose, wantedFen, askedFen, before, sends, sentAt },
    books: { customerNo, lastAssigned, reduce, onHold, armed, tripping, anchor, ...rules },
  }
}

const STORED = `
  select r.state, r.sends, ${onHold('r')} as "onHold", ${ARMED} as armed
  from reduction r where r.complex_id = $1 and r.reduction_id = $2 for update of r`

/** Locks, and tells what is stored now; null when the reduction is gone. */
export const lockStoredReduction = async (
  tx: Tx,
  job: ReductionJob,
  holder: string,
): Promise<StoredReduction | null> => {
  const { complexId, gatewayId, leaseToken } = job
  await lockAccount(tx, complexId, job.accountId)
  const rows = await tx.query<Omit<StoredReduction, 'leased'>>(STORED, [complexId, job.reductionId])
  const stored = rows[0]
  if (stored === undefined) return null
  const leases = await tx.query(LEASED, [complexId, gatewayId, holder, leaseToken])
  return { ...stored, leased: leases.length === 1 }
}

type Named = Pick<ReductionJob, 'complexId' | 'reductionId'>

// The steps are kept beside what was read: a reduction has no timeline of its own.
const WITH_STEPS = `
  coalesce(evidence, '{}') || jsonb_build_object('steps',
    coalesce(evidence->'steps', '[]') || $4::jsonb)`

/** QUEUED → SENT, counted before the byte leaves. */
export const writeReductionSent = async (
  tx: Tx,
  job: Named,
  { before, askedFen }: { before: Seen; askedFen: number },
  steps: readonly Step[],
): Promise<void> => {
  await tx.query(
    `update reduction set state = 'SENT', sends = 1, before = $3, sent_at = $5, asked_fen = $6,
       last_fault = null, evidence = ${WITH_STEPS} where complex_id = $1 and reduction_id = $2`,
    [
      job.complexId,
      job.reductionId,
      JSON.stringify(before),
      JSON.stringify(steps),
      sqlTime(tx.now),
      askedFen,
    ],
  )
}

export type ReductionEnd = {
  state: 'DONE' | 'HOLD'
  takenFen: number | null
  /** Of all that was wanted; what the machine has not read back, nobody knows. */
  restFen?: number
  before: Seen
  /** Over what was kept before: `reading` is what the next poll is compared with. */
  evidence: Readonly<Record<string, unknown>>
}

export const writeReductionEnd = async (
  tx: Tx,
  job: Named,
  end: ReductionEnd,
  steps: readonly Step[],
): Promise<void> => {
  await tx.query(
    `update reduction set state = $3, taken_fen = $5, before = coalesce(before, $6),
       last_fault = null, evidence = ${WITH_STEPS} || $7::jsonb, rest_fen = $9,
       ended_at = case when $3 = 'DONE' then $8::timestamptz end
     where complex_id = $1 and reduction_id = $2`,
    [
      job.complexId,
      job.reductionId,
      end.state,
      JSON.stringify(steps),
      end.takenFen,
      JSON.stringify(end.before),
      JSON.stringify(end.evidence),
      sqlTime(tx.now),
      end.restFen ?? 0,
    ],
  )
}

/** The last fault as the screens show it; changes nothing else. */
export const writeReductionFault = async (tx: Tx, job: Named, fault: string): Promise<void> => {
  await tx.query(
    `update reduction set last_fault = $3 where complex_id = $1 and reduction_id = $2
       and state in ('QUEUED', 'SENT')`,
    [job.complexId, job.reductionId, fault],
  )
}
