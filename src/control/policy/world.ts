// Everything the policy of a complex is decided on at one moment 策略全景: settings, calendar,
// supplies.

import { complexCalendar } from '../../plans/calendar-store.ts'
import type { Tx } from '../../ports/database.ts'
import type { ComplexId } from '../../shared/ids.ts'
import type { ControlDeps } from '../commands.ts'
import { type Decision, decide } from './decide.ts'
import { type SupplyFacts, supplyFacts, type WhichFacts } from './facts-store.ts'
import { type ComplexPolicy, type SupplyPolicy, supplyPolicy } from './settings.ts'
import { policyOfComplex, supplyOverrides } from './settings-store.ts'
import { type Place, type Window, windowAt } from './windows.ts'

export type PolicyDeps = Pick<ControlDeps, 'capabilitiesOf'>
export type SupplyNow = { facts: SupplyFacts; policy: SupplyPolicy; window: Window }
export type World = {
  complexId: ComplexId
  place: Place
  policy: ComplexPolicy
  supplies: SupplyNow[]
}

export const placeOf = async (tx: Tx, complex: ComplexId): Promise<Place> => {
  const rows = await tx.query<{ zone: string }>('select zone from complex where complex_id = $1', [
    complex,
  ])
  return { zone: rows[0]?.zone ?? 'UTC', calendar: await complexCalendar(tx, complex) }
}

export const worldOf = async (
  tx: Tx,
  deps: PolicyDeps,
  complexId: ComplexId,
  which?: WhichFacts,
): Promise<World> => {
  const policy = await policyOfComplex(tx, complexId)
  const overrides = await supplyOverrides(tx, complexId)
  const place = await placeOf(tx, complexId)
  const canTrip = (model: string) => deps.capabilitiesOf(model)?.relay.trip === true
  const facts = await supplyFacts(tx, complexId, canTrip, which)
  const common = windowAt(policy.noTrip, place, tx.now)
  const supplies = facts.map((one) => {
    const own = overrides.get(one.supplyId) ?? null
    const window = own?.noTrip ? windowAt(own.noTrip, place, tx.now) : common
    return { facts: one, policy: supplyPolicy(policy, own), window }
  })
  return { complexId, place, policy, supplies }
}

export const decided = (tx: Tx, { facts, policy, window }: SupplyNow): Decision =>
  decide(facts, policy, window, tx.now)
