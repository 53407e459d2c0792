// Judging an opening 开户审核: what it is refused for before anything of it is written, at the counter
// and in a list alike. PURE.

import { type Limits, refuseAboveSaleLimit } from '../approvals/limits-store.ts'
import type { OpenAccount } from '../http/contract.ts'
import type { ModelCapabilities } from '../metering/driver.ts'
import { MONEY_SETTING_FEN_MAX } from '../metering/setting-names.ts'
import type { Instant } from '../shared/clock.ts'
import {
  type MeterId,
  meterId,
  type OperatorId,
  type PlanId,
  type PointId,
  planId,
} from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { type OpenShift, refuseCounted } from '../shifts/store.ts'
import { refuseDeposit } from './deposit-in.ts'
import { RECHARGE_FEN_MAX, refuseHoarding } from './judge-sale.ts'
import type { OpenableMeter } from './open-store.ts'
import { refuseBelow } from './refuse-below.ts'
import { refuseThresholds } from './refuse-thresholds.ts'

export type Wanted = OpenAccount['meters'][number] & {
  /** Meter mode: what the opening carries into the meter though nobody pays it here. */
  loadFen?: number
}

/** For a tenant who is known or is written with it. */
export type Opening = Pick<OpenAccount, 'mode' | 'method' | 'depositFen'> & {
  /** Unique for ever. */
  requestId: string
  meters: readonly Wanted[]
}

/** All that openings are judged by. */
export type OpeningFacts = {
  meters: ReadonlyMap<MeterId, OpenableMeter>
  plans: ReadonlySet<PlanId>
  limits: Limits
  /** Open tills of whoever opens. */
  shifts: readonly OpenShift[]
  clerk: { operator: OperatorId | null; complexId: OpenShift['complexId'] }
  capabilitiesOf: (model: string) => ModelCapabilities | null
  now: Instant
}

export type OpeningMeter = {
  wanted: Wanted
  meter: OpenableMeter & { pointId: PointId }
  planId: PlanId
  overdraftFen: number
  hoardingFen: number
  /** From which register the centre charges; null in meter mode. */
  from: { energyWh: number; at: Instant; byHand: boolean } | null
}

/** One that may be written. */
export type JudgedOpening = {
  opening: Opening
  mode: 'meter' | 'centre'
  meters: readonly OpeningMeter[]
}

/** A meter with a wallet trips when that is empty, whatever the centre's books say. */
const refuseModel = (
  { capabilitiesOf }: OpeningFacts,
  model: string,
  mode: JudgedOpening['mode'],
  facts: Record<string, number>,
): void => {
  const prepaid = capabilitiesOf(model)?.prepaid
  if (mode === 'centre') refuseIf(prepaid === true, 'meter_charges_itself', facts)
  else refuseIf(!prepaid, 'meter_not_prepaid', facts)
}

/** As the clerk has read it, else as last known. */
const chargedFrom = (
  { now }: OpeningFacts,
  wanted: Wanted,
  { readWh, registerWh, registerAt }: OpenableMeter,
): NonNullable<OpeningMeter['from']> => {
  const { meterId: id, initialWh } = wanted
  refuseIf((initialWh ?? 0) < 0, 'invalid_input', { meterId: id, field: 'initialWh' })
  if (initialWh !== undefined) {
    refuseBelow(initialWh, readWh, { meterId: id, field: 'initialWh' })
    return { energyWh: initialWh, at: now, byHand: true }
  }
  if (registerWh === null || registerAt === null)
    throw new Refusal('initial_reading_required', { meterId: id })
  return { energyWh: registerWh, at: registerAt, byHand: false }
}

/** The meter refuses what is above its limit; so it is refused before money is taken. */
const refuseMoney = (meter: OpenableMeter, wanted: Wanted, hoardingFen: number): void => {
  const intoFen = (wanted.firstPurchaseFen ?? 0) + (wanted.loadFen ?? 0)
  if (intoFen === 0) return
  const { balanceFen } = meter
  refuseHoarding({ balanceFen, creditFen: 0, pendingFen: 0, hoardingFen }, intoFen)
}

const refuseFirst = (fen: number, about: Record<string, number> = {}): void =>
  refuseIf(fen < 0 || fen > RECHARGE_FEN_MAX, 'amount_out_of_range', {
    ...about,
    ...{ maxFen: RECHARGE_FEN_MAX, field: 'firstPurchaseFen' },
  })

const judgeMeter = (
  facts: OpeningFacts,
  mode: JudgedOpening['mode'],
  wanted: Wanted,
): OpeningMeter => {
  const about = { meterId: wanted.meterId }
  const meter = facts.meters.get(meterId(wanted.meterId))
  if (!meter || meter.pointId === null) throw new Refusal('not_found', about)
  const { pointId } = meter
  refuseModel(facts, meter.model, mode, about)
  refuseIf(meter.barred, 'meter_not_prepaid', { ...about, barred: true })
  refuseIf(meter.supplied, 'premises_occupied', about)
  const { overdraftFen = 0, hoardingFen = MONEY_SETTING_FEN_MAX } = wanted
  refuseThresholds(wanted.meterId, mode, { ...wanted, overdraftFen, hoardingFen })
  const first = wanted.firstPurchaseFen ?? 0
  refuseFirst(first, about)
  const plan = planId(wanted.planId)
  refuseIf(!facts.plans.has(plan), 'invalid_input', { ...about, field: 'planId' })
  if (mode === 'meter') {
    refuseMoney(meter, wanted, hoardingFen)
    refuseAboveSaleLimit(facts.limits, first)
  }
  const from = mode === 'centre' ? chargedFrom(facts, wanted, meter) : null
  return {
    ...{ wanted, meter: { ...meter, pointId }, planId: plan, overdraftFen, hoardingFen, from },
  }
}

/** What the tenant pays at the counter for electricity. */
export const firstPaidFen = ({ meters }: Pick<Opening, 'meters'>): number =>
  meters.reduce((sum, wanted) => sum + (wanted.firstPurchaseFen ?? 0), 0)

/**
 * Refuses: not_found (meter or no installation), meter_not_prepaid, meter_charges_itself,
 * initial_reading_required, register_below_last, premises_occupied, invalid_input (field),
 * amount_out_of_range (field), hoarding_limit, approval_required (above the operator's limit),
 * shift_counted.
 */
export const judgeOpening = (facts: OpeningFacts, opening: Opening): JudgedOpening => {
  const { mode = 'meter', depositFen = 0 } = opening
  const ids = new Set(opening.meters.map((wanted) => wanted.meterId))
  refuseIf(ids.size < opening.meters.length, 'invalid_input', { field: 'meters' })
  const meters = opening.meters.map((wanted) => judgeMeter(facts, mode, wanted))
  const paidFen = firstPaidFen(opening)
  // In centre mode the first money is one sale: the account has one balance.
  if (mode === 'centre') {
    refuseFirst(paidFen)
    refuseAboveSaleLimit(facts.limits, paidFen)
  }
  if (depositFen !== 0) refuseDeposit(depositFen)
  const { operator, complexId } = facts.clerk
  if (operator !== null && paidFen + depositFen > 0)
    refuseCounted(facts.shifts, { operator, complexId })
  return { opening, mode, meters }
}
