// Judging a swap 换表审核: what it is refused for before anything of it is written, and how the old
// meter's money is to go over, at the counter and in a sheet alike. PURE.

import type { ModelCapabilities } from '../../metering/driver.ts'
import { must } from '../../shared/assert.ts'
import { type Instant, plusMs } from '../../shared/clock.ts'
import { type AccountId, type MeterId, meterId, type PointId } from '../../shared/ids.ts'
import { Refusal, refuseIf } from '../../shared/refusal.ts'
import { refuseBelow } from '../refuse-below.ts'
import { type FoundAccount, refuseHandedOver } from '../store.ts'
import type { SwapCommand } from './command.ts'
import type { Newcomer, Place } from './place-store.ts'

/** What the old meter showed last. */
export type FinalRegister = { at: Instant; energyWh: number; by: 'meter' | 'hand' }

/** A meter given up for dead; `claimFen` is what it still held, as far as it was paid. */
export type Dead = { finalWh: number; photoNote: string; claimFen: number }

/** A wallet as it was just read; `claimFen` is what goes over of it. */
export type JustRead = { balanceFen: number; claimFen: number; final: FinalRegister | null }

/** How the meters change: later, when the old one has given its money up, or at once. */
export type How =
  | { do: 'takeOut' }
  | { do: 'dead'; dead: Dead }
  | { do: 'byReading'; read: JustRead }
  /** In centre mode what it counted is charged up to its final register. */
  | { do: 'centre'; final: FinalRegister }
  /** There is no money in it: nobody is supplied, or it was never opened. Null: nobody knows. */
  | { do: 'change'; final: FinalRegister | null }

/** One that may be written. */
export type JudgedSwap = { cmd: SwapCommand; place: Place; how: How }

/** All that swaps are judged by. */
export type SwapFacts = {
  /** Those that exist, locked. */
  points: ReadonlySet<PointId>
  places: ReadonlyMap<PointId, Place>
  /** Whose account each point supplied before the accounts were locked. */
  suppliedBefore: ReadonlyMap<PointId, AccountId>
  accounts: ReadonlyMap<AccountId, FoundAccount>
  newcomers: ReadonlyMap<MeterId, Newcomer>
  capabilitiesOf: (model: string) => ModelCapabilities | null
  now: Instant
}

/** A round and a half: what is older may have been used since. */
const FRESH_MS = 5 * 60_000

const isFresh = ({ now }: SwapFacts, at: Instant | null): boolean =>
  at !== null && at >= plusMs(now, -FRESH_MS)

const placeOf = (facts: SwapFacts, { pointId, oldMeter }: SwapCommand): Place => {
  refuseIf(!facts.points.has(pointId), 'not_found', { pointId })
  const place = facts.places.get(pointId)
  if (!place) throw new Refusal('point_without_meter', { pointId })
  const before = facts.suppliedBefore.get(pointId) ?? null
  refuseIf(place.accountId !== before, 'not_found', { accountId: before })
  const account = before === null ? undefined : facts.accounts.get(before)
  if (account) refuseHandedOver(account)
  refuseIf(place.closing, 'closing_under_way', { accountId: before })
  // A swap that waits for the old meter's money gives way when that meter is given up for dead.
  refuseIf(place.swapId !== null && oldMeter.state === 'alive', 'swap_under_way', { pointId })
  return place
}

const refuseModel = (facts: SwapFacts, { mode }: Place, { meterNo, model }: Newcomer): void => {
  const prepaid = facts.capabilitiesOf(model)?.prepaid
  refuseIf(mode === 'meter' && !prepaid, 'meter_not_prepaid', { meterNo, model })
  refuseIf(mode === 'centre' && prepaid === true, 'meter_charges_itself', { meterNo, model })
}

const refuseNewcomer = (facts: SwapFacts, cmd: SwapCommand, place: Place): void => {
  if (cmd.newMeterId === null) {
    const { supplyId, supplies, oldMeterNo } = place
    // An account without any meter is one to be closed.
    refuseIf(supplyId !== null && supplies < 2, 'last_meter_of_account', { meterNo: oldMeterNo })
    return
  }
  const newcomer = facts.newcomers.get(meterId(cmd.newMeterId))
  if (!newcomer) throw new Refusal('not_found', { meterId: cmd.newMeterId })
  const { meterNo, hangs, promisedTo, barred, energyWh, reverseWh } = newcomer
  // What was promised to this point is free: that swap gives way.
  const inUse = hangs || (promisedTo !== null && promisedTo !== cmd.pointId)
  refuseIf(inUse, 'meter_in_use', { meterNo })
  refuseIf(barred, 'meter_barred', { meterNo })
  refuseModel(facts, place, newcomer)
  const { newInitialWh, newInitialReverseWh = 0 } = cmd
  if (energyWh !== null)
    refuseIf(newInitialWh > energyWh, 'register_above_read', { meterNo, readWh: energyWh })
  if (reverseWh !== null)
    refuseIf(newInitialReverseWh > reverseWh, 'register_above_read', { meterNo, readWh: reverseWh })
}

const refuseFinal = (finalWh: number, { energyWh, oldMeterNo }: Place): void =>
  refuseBelow(finalWh, energyWh, { meterNo: oldMeterNo })

type DeadMeter = Extract<SwapCommand['oldMeter'], { state: 'dead' }>

const judgeDead = (place: Place, { finalWh, remainingFen, photoNote }: DeadMeter): How => {
  if (remainingFen === undefined)
    throw new Refusal('invalid_input', { field: 'remainingFen', rule: 'required' })
  refuseFinal(finalWh, place)
  const mostFen = Math.max(0, place.creditFen + place.underWayFen)
  const above = { claimFen: remainingFen, mostFen }
  refuseIf(remainingFen > mostFen, 'claim_above_paid', above)
  return { do: 'dead', dead: { finalWh, photoNote, claimFen: remainingFen } }
}

const judgeTakingOut = ({ held, reductionId, oldMeterNo: meterNo }: Place): How => {
  refuseIf(held, 'meter_on_hold', { meterNo })
  refuseIf(reductionId !== null, 'reduction_under_way', { meterNo })
  return { do: 'takeOut' }
}

const lastRegister = ({ energyWh }: Place, at: Instant): FinalRegister | null =>
  energyWh === null ? null : { at, energyWh, by: 'meter' }

/** It can't give its money up: what it showed in the last minutes is what goes over. */
const judgeByReading = (facts: SwapFacts, place: Place): How => {
  const { oldMeterNo: meterNo, creditFen, balanceFen, balanceAt, energyAt } = place
  refuseIf(place.underWay > 0, 'purchase_under_way', { meterNo })
  judgeTakingOut(place)
  // Never opened by us: it holds no money of ours, and what waits for it goes over.
  if (!place.opened) return { do: 'change', final: lastRegister(place, facts.now) }
  refuseIf(balanceFen === null || !isFresh(facts, balanceAt), 'balance_unknown', { meterNo })
  const readFen = must(balanceFen, 'just read')
  const claimFen = Math.max(0, readFen)
  // More than the books know of would be made out of nothing.
  refuseIf(claimFen > creditFen, 'claim_above_paid', { claimFen, mostFen: creditFen })
  const final = energyAt === null ? null : lastRegister(place, energyAt)
  return { do: 'byReading', read: { balanceFen: readFen, claimFen, final } }
}

const judgeWallet = (facts: SwapFacts, place: Place, oldMeter: SwapCommand['oldMeter']): How => {
  if (oldMeter.state === 'dead') return judgeDead(place, oldMeter)
  // An opening that is under way ends first; then the meter is asked for its money.
  const holdsOurs = place.opened || (place.underWay > 0 && !place.held)
  const givesUp = facts.capabilitiesOf(place.model)?.reduce !== 'none'
  return holdsOurs && givesUp ? judgeTakingOut(place) : judgeByReading(facts, place)
}

/** As entered, else as read in the last minutes. */
const judgeCentre = (facts: SwapFacts, place: Place, finalWh: number | null): How => {
  if (finalWh !== null) {
    refuseFinal(finalWh, place)
    return { do: 'centre', final: { at: facts.now, energyWh: finalWh, by: 'hand' } }
  }
  const { energyAt, oldMeterNo } = place
  const final = energyAt === null ? null : lastRegister(place, energyAt)
  if (final === null || !isFresh(facts, energyAt))
    throw new Refusal('balance_unknown', { meterNo: oldMeterNo })
  return { do: 'centre', final }
}

const judgeHow = (facts: SwapFacts, place: Place, { oldMeter }: SwapCommand): How => {
  if (place.mode === 'meter') return judgeWallet(facts, place, oldMeter)
  const finalWh = oldMeter.finalWh ?? null
  if (place.mode === 'centre') return judgeCentre(facts, place, finalWh)
  if (finalWh === null) return { do: 'change', final: lastRegister(place, facts.now) }
  return { do: 'change', final: { at: facts.now, energyWh: finalWh, by: 'hand' } }
}

/**
 * Refuses: not_found, point_without_meter, account_handed_over, closing_under_way, swap_under_way,
 * meter_in_use, meter_barred, meter_not_prepaid, meter_charges_itself, last_meter_of_account,
 * register_above_read, register_below_last, balance_unknown, purchase_under_way, meter_on_hold,
 * reduction_under_way, claim_above_paid, invalid_input.
 */
export const judgeSwap = (facts: SwapFacts, cmd: SwapCommand): JudgedSwap => {
  const place = placeOf(facts, cmd)
  refuseNewcomer(facts, cmd, place)
  return { cmd, place, how: judgeHow(facts, place, cmd) }
}
