// Which meters take a push of prices 电价下发预检: what a meter can't hold is refused here, before
// anything is sent.

import type { ModelCapabilities } from '../metering/driver.ts'
import { complexCalendar } from '../plans/calendar-store.ts'
import type { Tx } from '../ports/database.ts'
import { differencesNow, tablesIn } from '../price-tables/expected.ts'
import {
  type HeldTables,
  type HeldVersion,
  heldTables,
  type PricedMeter,
  planVersion,
  pricedMeters,
  waitingOrders,
} from '../price-tables/store.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId, MeterId, PlanId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { type Checked, no } from './checked.ts'
import type { PushOrder } from './kinds.ts'
import type { Target } from './target-store.ts'

/** As kept with the command. */
export type PushParams = {
  planId: PlanId
  version: number
  /** ms; null: as soon as it is written. */
  switchAt: Instant | null
  replacePending: boolean
}

type Deps = { capabilitiesOf: (model: string) => ModelCapabilities | null }
type Chosen = { version: HeldVersion; switchAt: Instant | null }
export type AcceptedPush = Target & Chosen

/**
 * The version that the supply has at the switch-over. Where no moment is given it is the next one,
 * but never before the meter deducts by the one in force: it holds one standby set only.
 */
const assignedTo = (
  { held }: PricedMeter,
  order: PushOrder,
  now: Instant,
  isBehind: boolean,
): Chosen | null => {
  const { planVersion: named, switchAt } = order
  if (switchAt !== null) {
    const version = held.findLast(({ since }) => since <= switchAt)
    return version ? { version, switchAt } : null
  }
  const isNamed = (one: HeldVersion) =>
    one.planId === named?.planId && one.version === named.version
  const version = named ? held.find(isNamed) : isBehind ? held[0] : (held[1] ?? held[0])
  if (version === undefined) return held[0] ? { version: held[0], switchAt: null } : null
  return { version, switchAt: version.since > now ? version.since : null }
}

type Facts = {
  order: PushOrder
  /** What was named, for meters nobody is supplied through yet. */
  named: HeldVersion | null
  calendar: Awaited<ReturnType<typeof complexCalendar>>
  waiting: Awaited<ReturnType<typeof waitingOrders>>
  inMeters: ReadonlyMap<MeterId, HeldTables>
  now: Instant
}

/** It was read, and its running set is not what its plan says now. */
const isBehind = (meter: PricedMeter, model: ModelCapabilities, facts: Facts): boolean => {
  const { calendar, inMeters, now } = facts
  const held = inMeters.get(meter.meterId) ?? null
  return (differencesNow(meter, model.priceTables, calendar, held, now)?.length ?? 0) > 0
}

const check = (deps: Deps, meter: PricedMeter, facts: Facts): Checked<Chosen> => {
  const { meterId, supplyId, accountMode } = meter
  const { order, named, calendar, waiting, now } = facts
  const model = deps.capabilitiesOf(meter.model)
  if (model === null) return no('not_supported_by_model')
  if (accountMode === 'centre') return no('price_kept_by_centre')
  const unassigned = named && { version: named, switchAt: order.switchAt }
  const chosen =
    supplyId === null ? unassigned : assignedTo(meter, order, now, isBehind(meter, model, facts))
  if (chosen === null) return no('price_plan_missing')
  const { version, switchAt } = chosen
  const { planId, version: number } = order.planVersion ?? version
  if (version.planId !== planId || version.version !== number) return no('price_plan_other')
  const compiled = tablesIn(meter, model.priceTables, version, calendar, switchAt ?? now)
  if (!compiled.ok) return { ...no('price_not_for_meter'), problems: compiled.problems }
  const other = waiting.find((one) => one.meterId === meterId)
  const same = other?.planId === planId && other.version === number
  const moved = switchAt !== null && other?.switchAt !== switchAt
  if (other && (!same || moved) && !order.replacePending) return no('price_switch_pending')
  return { ok: true, target: chosen }
}

/** What each of the meters comes to. Errors: Refusal not_found (a version that is not there). */
export const checkForPush = async (
  tx: Tx,
  deps: Deps,
  complexId: ComplexId,
  meters: readonly MeterId[],
  order: PushOrder,
): Promise<(target: Target) => Checked<AcceptedPush>> => {
  const { planVersion: asked } = order
  const named = asked && (await planVersion(tx, complexId, asked.planId, asked.version))
  if (asked && !named) throw new Refusal('not_found', { field: 'params.planVersion' })
  const found = await pricedMeters(tx, complexId, meters)
  const calendar = await complexCalendar(tx, complexId)
  const waiting = await waitingOrders(tx, complexId, meters)
  // Only who has a next version has a choice.
  const choosing = found.flatMap(({ meterId, held }) => (held.length > 1 ? [meterId] : []))
  const inMeters = await heldTables(tx, complexId, choosing)
  const byId = new Map(found.map((meter) => [meter.meterId, meter]))
  return (target) => {
    const meter = byId.get(target.meterId)
    if (!meter) return no('not_found')
    const checked = check(deps, meter, {
      ...{ order, named, calendar, waiting, inMeters, now: tx.now },
    })
    return checked.ok ? { ok: true, target: { ...target, ...checked.target } } : checked
  }
}
