// Swaps as the screens show them 换表查询: who, which meters, how far it has come, and its steps.

import { SWAP_REASON_CODES, type Swap } from '../../http/contract/swap.ts'
import type { Tx } from '../../ports/database.ts'
import { type Instant, instant, rfc3339 } from '../../shared/clock.ts'
import type { AccountId, ComplexId, PointId, Uuid } from '../../shared/ids.ts'
import { reasonIn } from '../../shared/reason-text.ts'

export type SwapFilter = {
  ids: readonly string[] | null
  pointId: number | null
  accountId: number | null
  state: string | null
  before: string | null
  limit: number
}

type Row = Omit<Swap, 'reasonCode' | 'askedAt' | 'changedAt' | 'steps'> & {
  askedAt: Instant
  changedAt: Instant | null
  zone: string
}

// An opening that is in the new meter ends the swap; so does a swap that had nothing to load.
const STATE = `
  case w.state when 'TAKING' then 'taking' when 'CANCELLED' then 'cancelled'
    else case when op.purchase_id is null or op.state not in ('QUEUED', 'ARMED', 'HOLD')
      then 'done' else 'opening' end end`

const SWAPS = `
  select w.swap_id as "swapId", w.complex_id as "complexId", w.point_id as "pointId",
    coalesce(b.name, '') as building, coalesce(pr.no, '') as premises,
    coalesce(pr.name, '') as "premisesName", p.kind as "pointKind",
    w.account_id as "accountId", a.no as "accountNo", t.name as tenant, w.mode,
    w.old_meter_id as "oldMeterId", om.no as "oldMeterNo", w.new_meter_id as "newMeterId",
    nm.no as "newMeterNo", w.old_state as "oldState", ${STATE} as state,
    w.final_wh as "finalWh", w.new_initial_wh as "newInitialWh", w.claim_fen as "claimFen",
    w.waiting_fen as "waitingFen", w.voided_fen as "voidedFen",
    case when w.state = 'TAKING' then coalesce(
        case when r.state = 'HOLD' then 'held' end, r.last_fault, '')
      when op.state in ('QUEUED', 'ARMED') then coalesce(op.last_fault, '')
      when op.state = 'HOLD' then 'held' else '' end as fault,
    w.opening_id as "openingPurchaseId", w.photo_note as "photoNote", w.note,
    coalesce(o.name, '') as operator, w.asked_at as "askedAt",
    case when w.state = 'CHANGED' then w.ended_at end as "changedAt", c.zone
  from swap w
  join complex c on c.complex_id = w.complex_id
  join point p on p.complex_id = w.complex_id and p.point_id = w.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
  join meter om on om.complex_id = w.complex_id and om.meter_id = w.old_meter_id
  left join meter nm on nm.complex_id = w.complex_id and nm.meter_id = w.new_meter_id
  left join account a on a.complex_id = w.complex_id and a.account_id = w.account_id
  left join account_tenant at on at.complex_id = w.complex_id and at.account_id = w.account_id
    and at.since <= w.asked_at and (at.until is null or at.until > w.asked_at)
  left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
  left join reduction r on r.complex_id = w.complex_id and r.reduction_id = w.reduction_id
  left join purchase op on op.complex_id = w.complex_id and op.purchase_id = w.opening_id
  left join operator o on o.operator_id = w.operator_id
  where w.complex_id = $1
    and ($2::uuid[] is null or w.swap_id = any ($2))
    and ($3::integer is null or w.point_id = $3)
    and ($4::integer is null or w.account_id = $4)
    and ($5::text is null or ${STATE} = $5)
    and ($6::uuid is null or w.swap_id < $6)
  order by w.swap_id desc limit $7`

type Facts = Record<string, unknown>
type StepRow = { swapId: Uuid; at: Instant; kind: string; facts: Facts }

// What happened at one moment is told in this order.
const IN_ORDER = `'{asked,tripping,tripped,notTripped,voided,taken,finalReading,changed,removed,
  transferred,moved,opened,cancelled}'::text[]`

// What the order to switch off came to is as it was read back.
const STEPS = `
  select swap_id as "swapId", at, kind, facts, array_position(${IN_ORDER}, kind) as rank
  from swap_step where complex_id = $1 and swap_id = any ($2)
  union all
  select w.swap_id, s.at, s.kind, s.facts, array_position(${IN_ORDER}, s.kind)
  from swap w join reduction r on r.complex_id = w.complex_id and r.reduction_id = w.reduction_id
  join command k on k.complex_id = r.complex_id and k.batch_id = r.after_batch
    and k.meter_id = r.meter_id
  cross join lateral (values (k.queued_at, 'tripping', '{}'::jsonb),
    (k.ended_at, case k.state when 'confirmed' then 'tripped' else 'notTripped' end,
      coalesce(k.result, '{}') - '{at,before,frameUntil,answer,order}'::text[]))
    as s(at, kind, facts)
  where w.complex_id = $1 and w.swap_id = any ($2) and s.at is not null
  union all
  select w.swap_id, p.ended_at, 'opened', jsonb_build_object('amountFen', p.amount_fen),
    array_position(${IN_ORDER}, 'opened')
  from swap w join purchase p on p.complex_id = w.complex_id and p.purchase_id = w.opening_id
  where w.complex_id = $1 and w.swap_id = any ($2) and p.state = 'DELIVERED'
  order by at, rank`

const stepsOf = (tx: Tx, complex: ComplexId, swaps: readonly (string | null)[]) =>
  tx.query<StepRow>(STEPS, [complex, swaps])

/** When the old meter was last read is kept as a moment. */
const timesAsText = (facts: Facts, zone: string): Facts => {
  const { lastBalanceAt: at } = facts
  return typeof at === 'number' ? { ...facts, lastBalanceAt: rfc3339(instant(at), zone) } : facts
}

const shownReason = (text: string) => {
  const { code, note } = reasonIn(SWAP_REASON_CODES, text)
  return { reasonCode: code, note }
}

/** Newest first. */
export const swapViews = async (
  tx: Tx,
  complex: ComplexId,
  filter: SwapFilter,
): Promise<Swap[]> => {
  const rows = await tx.query<Row>(SWAPS, [
    complex,
    filter.ids,
    filter.pointId,
    filter.accountId,
    filter.state,
    filter.before,
    filter.limit,
  ])
  const steps = Map.groupBy(
    await stepsOf(
      tx,
      complex,
      rows.map((row) => row.swapId),
    ),
    (step) => `${step.swapId}`,
  )
  return rows.map(({ zone, ...row }) => ({
    ...row,
    ...shownReason(row.note),
    askedAt: rfc3339(row.askedAt, zone),
    changedAt: row.changedAt === null ? null : rfc3339(row.changedAt, zone),
    steps: (steps.get(`${row.swapId}`) ?? []).map(({ at, kind, facts }) => ({
      at: rfc3339(at, zone),
      kind,
      facts: timesAsText(facts, zone),
    })),
  }))
}

export const swapView = async (tx: Tx, complex: ComplexId, swap: string): Promise<Swap | null> => {
  const only = { pointId: null, accountId: null, state: null, before: null, limit: 1 }
  return (await swapViews(tx, complex, { ids: [swap], ...only }))[0] ?? null
}

type SwapPlace = { complexId: ComplexId; pointId: PointId; accountId: AccountId | null }

/** Where a swap is, for a caller who knows only its id. */
export const swapPlace = async (tx: Tx, swap: string): Promise<SwapPlace | null> =>
  (
    await tx.query<SwapPlace>(
      `select complex_id as "complexId", point_id as "pointId", account_id as "accountId"
       from swap where swap_id = $1`,
      [swap],
    )
  )[0] ?? null
