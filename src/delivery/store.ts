// What delivery reads and writes 下发存取. Every transaction that changes something first locks the
// account, then the purchase, and reads the lease it acts under, so that it decides on what is.

import type { ModelCapabilities, WalletReading } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, GatewayId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import { ANCHOR } from './anchor.ts'
import type { Books, Purchase, Stored } from './machine.ts'

/** Follow-up work that drives the purchases and reductions of one meter. */
export const DELIVERY_WORK = 'delivery'

export type MeterKey = { complexId: ComplexId; meterId: MeterId }

/** One purchase with everything that the machine wants to know. */
export type Job = MeterKey & {
  purchaseId: Uuid
  supplyId: SupplyId
  accountId: AccountId
  epoch: number
  gatewayId: GatewayId
  zone: string
  dayCutMinutes: number
  lastFault: string | null
  /** Under which lease we act; null when the gateway is not ours. */
  leaseToken: number | null
  purchase: Purchase
  books: Books
}

type JobRow = Omit<Job, 'purchase' | 'books'> & {
  state: Purchase['state']
  kind: Purchase['kind']
  amountFen: number
  n: number | null
  before: WalletReading | null
  sends: number
  model: string
  customerNo: string
  baseCount: number | null
  lastAssigned: number | null
  onHold: boolean
  anchor: Books['anchor']
  dearestPriceE8: number | null
}

/** The dearest price of any version of any plan that supply s ever had or is to have. */
export const DEAREST_PRICE = `
  (select max(v.dearest_e8) * max(case when i.side = 'secondary' then i.multiplier else 1 end)
   from supply_plan sp
   join plan_version v on v.complex_id = sp.complex_id and v.plan_id = sp.plan_id
   left join installation i on i.complex_id = e.complex_id and i.meter_id = e.meter_id
     and i.until is null
   where sp.complex_id = s.complex_id and sp.supply_id = s.supply_id)`

/** The highest number ever assigned in epoch e, at least the count it began with. */
export const LAST_ASSIGNED = `
  (select greatest(e.base_count, max(a.n)) from purchase a
   where a.complex_id = e.complex_id and a.meter_id = e.meter_id and a.epoch = e.epoch)`

/** Whether the meter of the row named `of` is on hold. */
export const onHold = (of: string) => `
  exists (select from hold h where h.complex_id = ${of}.complex_id and h.meter_id = ${of}.meter_id
    and h.released_at is null)`

// No purchase is armed while money is to be taken out of the meter.
const REDUCING = `
  exists (select from reduction r where r.complex_id = p.complex_id and r.meter_id = p.meter_id
    and r.state in ('QUEUED', 'SENT', 'HOLD'))`

const NEXT_JOB = `
  select p.complex_id as "complexId", p.meter_id as "meterId", p.purchase_id as "purchaseId",
    p.supply_id as "supplyId", s.account_id as "accountId", p.epoch, p.state, p.kind,
    p.amount_fen as "amountFen", p.n, p.before, p.sends, p.last_fault as "lastFault",
    b.gateway_id as "gatewayId", d.model, c.zone, c.day_cut_minutes as "dayCutMinutes",
    e.customer_no as "customerNo", e.base_count as "baseCount", l.token as "leaseToken",
    ${LAST_ASSIGNED} as "lastAssigned", ${onHold('p')} as "onHold", anchor.facts as anchor,
    ${DEAREST_PRICE} as "dearestPriceE8"
  from purchase p
  join epoch e on e.complex_id = p.complex_id and e.meter_id = p.meter_id and e.epoch = p.epoch
  join supply s on s.complex_id = p.complex_id and s.supply_id = p.supply_id
  join complex c on c.complex_id = p.complex_id
  join meter m on m.complex_id = p.complex_id and m.meter_id = p.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus b on b.complex_id = d.complex_id and b.bus_id = d.bus_id
  left join lease l on l.complex_id = b.complex_id and l.gateway_id = b.gateway_id
    and l.holder = $3
  ${ANCHOR}
  where p.complex_id = $1 and p.meter_id = $2 and p.state in ('QUEUED', 'ARMED', 'HOLD')
  order by p.epoch, p.purchase_no limit 1`

// A meter deducts by the price it holds; without a plan nothing is known of it but this bound.
const DEAREST_UNKNOWN_E8 = 1_000_000_000

export const moneyRules = (
  dearestPriceE8: number | null,
  { countModulus, moneyStepFen }: Pick<ModelCapabilities, 'countModulus' | 'moneyStepFen'>,
) => ({ dearestPriceE8: dearestPriceE8 ?? DEAREST_UNKNOWN_E8, countModulus, moneyStepFen })

// Nothing is sent to a meter without a model; this keeps its purchase in sight.
export const UNKNOWN_MODEL = {
  replayGuard: 'none',
  countModulus: 2 ** 32,
  moneyStepFen: 1,
} as const

/** The earliest purchase of a meter that is on its way, or null. */
export const nextJob = async (
  tx: Tx,
  key: MeterKey,
  holder: string,
  capabilitiesOf: (model: string) => ModelCapabilities | null,
): Promise<Job | null> => {
  const rows = await tx.query<JobRow>(NEXT_JOB, [key.complexId, key.meterId, holder], 'kept')
  const row = rows[0]
  if (row === undefined) return null
  const { state, kind, amountFen, n, before, sends, model, onHold, anchor, ...rest } = row
  const { customerNo, baseCount, lastAssigned, dearestPriceE8, ...job } = rest
  const capabilities = capabilitiesOf(model) ?? UNKNOWN_MODEL
  const { replayGuard } = capabilities
  const rules = moneyRules(dearestPriceE8, capabilities)
  return {
    ...job,
    purchase: { state, kind, amountFen, n, before, sends },
    books: {
      ...{ customerNo, baseCount, lastAssigned, replayGuard, onHold, anchor, first: true },
      ...rules,
    },
  }
}

const LOCK_ACCOUNTS = `
  select from account where complex_id = $1 and account_id = any ($2)
  order by account_id for update`

/** The locks that every money event of an account takes first, in the order of ids. */
export const lockAccounts = (tx: Tx, complex: ComplexId, accounts: readonly AccountId[]) =>
  tx.query(LOCK_ACCOUNTS, [complex, accounts], 'kept')

export const lockAccount = (tx: Tx, complex: ComplexId, account: AccountId) =>
  lockAccounts(tx, complex, [account])

const STORED = `
  select p.state, p.n, p.sends, ${LAST_ASSIGNED} as "lastAssigned", ${onHold('p')} as "onHold",
    not exists (select from purchase q where q.complex_id = p.complex_id
      and q.meter_id = p.meter_id and q.state in ('QUEUED', 'ARMED', 'HOLD')
      and (q.epoch, q.purchase_no) < (p.epoch, p.purchase_no))
    and not ${REDUCING} as first
  from purchase p
  join epoch e on e.complex_id = p.complex_id and e.meter_id = p.meter_id and e.epoch = p.epoch
  where p.complex_id = $1 and p.purchase_id = $2 and p.meter_id = $3 and p.epoch = $4
  for update of p`

// Shared, so that a take-over waits for this transaction, and a take-over before it is seen.
export const LEASED = `
  select from lease where complex_id = $1 and gateway_id = $2 and holder = $3 and token = $4
  for share`

/** Locks, and tells what is stored now; null when it went to another meter or epoch. */
export const lockStored = async (tx: Tx, job: Job, holder: string): Promise<Stored | null> => {
  await lockAccount(tx, job.complexId, job.accountId)
  const key = [job.complexId, job.purchaseId, job.meterId, job.epoch]
  const rows = await tx.query<Omit<Stored, 'leased'>>(STORED, key, 'kept')
  const stored = rows[0]
  if (stored === undefined) return null
  const { complexId, gatewayId, leaseToken } = job
  const leases = await tx.query(LEASED, [complexId, gatewayId, holder, leaseToken])
  return { ...stored, leased: leases.length === 1 }
}

export type Step = {
  at: Instant
  kind:
    | 'queued'
    | 'read'
    | 'armed'
    | 'sent'
    | 'answered'
    | 'read-back'
    | 'delivered'
    | 'relay'
    | 'hold'
    | 'released'
    | 'cancelled'
    | 'transferred'
    | 'void'
    | 'fault'
  facts: Readonly<Record<string, unknown>>
}

/** Adds steps to the timeline of a purchase, in the order given. */
export const addSteps = async (
  tx: Tx,
  ids: Ids,
  purchase: { complexId: ComplexId; purchaseId: Uuid },
  steps: readonly Step[],
): Promise<void> => {
  if (steps.length === 0) return
  await tx.query(
    `insert into purchase_event (complex_id, purchase_id, event_id, at, kind, facts)
     select $1, $2, s.id, s.at, s.kind, s.facts
     from unnest($3::uuid[], $4::timestamptz[], $5::text[], $6::jsonb[]) as s(id, at, kind, facts)`,
    [
      purchase.complexId,
      purchase.purchaseId,
      steps.map(() => ids.uuid()),
      steps.map((step) => sqlTime(step.at)),
      steps.map((step) => step.kind),
      steps.map((step) => JSON.stringify(step.facts)),
    ],
    'kept',
  )
}

export const writeArmed = async (
  tx: Tx,
  job: Job,
  armed: { n: number; baseCount: number; before: WalletReading },
): Promise<void> => {
  await tx.query(
    `with opened as (
       update epoch set base_count = $4
       where complex_id = $1 and meter_id = $6 and epoch = $7 and base_count is null
     )
     update purchase set state = 'ARMED', n = $3, before = $5, armed_at = $8, last_fault = null
     where complex_id = $1 and purchase_id = $2`,
    [
      job.complexId,
      job.purchaseId,
      armed.n,
      armed.baseCount,
      JSON.stringify(armed.before),
      job.meterId,
      job.epoch,
      sqlTime(tx.now),
    ],
  )
}

export const writeNoted = async (tx: Tx, job: Job): Promise<void> => {
  await tx.query(
    `update purchase set sends = sends + 1, sent_at = $3, last_fault = null
     where complex_id = $1 and purchase_id = $2`,
    [job.complexId, job.purchaseId, sqlTime(tx.now)],
  )
}

/** DELIVERED or HOLD with what was seen. */
export const writeEnd = async (
  tx: Tx,
  purchase: { complexId: ComplexId; purchaseId: Uuid },
  end: { state: 'DELIVERED' | 'HOLD'; evidence: unknown },
): Promise<void> => {
  await tx.query(
    `update purchase set state = $3, evidence = $4, last_fault = null,
       ended_at = case when $3 = 'DELIVERED' then $5::timestamptz end
     where complex_id = $1 and purchase_id = $2`,
    [
      purchase.complexId,
      purchase.purchaseId,
      end.state,
      JSON.stringify(end.evidence),
      sqlTime(tx.now),
    ],
  )
}

/** The last fault as the screens show it; changes nothing else. */
export const writeFault = async (tx: Tx, job: Job, fault: string): Promise<void> => {
  await tx.query(
    `update purchase set last_fault = $3 where complex_id = $1 and purchase_id = $2
       and state in ('QUEUED', 'ARMED')`,
    [job.complexId, job.purchaseId, fault],
    'kept',
  )
}

/** Stops deliveries to a meter; nothing when they are stopped already. */
export const insertHold = async (
  tx: Tx,
  ids: Ids,
  hold: MeterKey & { epoch: number; reason: string; evidence: unknown },
): Promise<boolean> => {
  const rows = await tx.query(
    `insert into hold (complex_id, hold_id, meter_id, epoch, reason, evidence, raised_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (complex_id, meter_id) where released_at is null do nothing
     returning hold_id`,
    [
      hold.complexId,
      ids.uuid(),
      hold.meterId,
      hold.epoch,
      hold.reason,
      JSON.stringify(hold.evidence),
      sqlTime(tx.now),
    ],
  )
  return rows.length === 1
}

/** Whether a purchase or reduction of the meter could go on: under way, and no hold in force. */
export const hasDeliverable = async (tx: Tx, key: MeterKey): Promise<boolean> => {
  const rows = await tx.query(
    `(select from purchase p where p.complex_id = $1 and p.meter_id = $2
       and p.state in ('QUEUED', 'ARMED') and not ${onHold('p')} limit 1)
     union all
     (select from reduction r where r.complex_id = $1 and r.meter_id = $2
       and r.state in ('QUEUED', 'SENT') and not ${onHold('r')} limit 1)`,
    [key.complexId, key.meterId],
  )
  return rows.length > 0
}
