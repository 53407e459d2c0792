// What a request comes to for each meter 命令预检: which take the command, and why the others don't.
// Nothing is written here; the same answer stands behind a selection and behind what is queued.

import type { ModelCapabilities } from '../metering/driver.ts'
import { holdsSetting, isMoneySetting, SETTING_NAMES } from '../metering/setting-names.ts'
import type { Tx } from '../ports/database.ts'
import { never } from '../shared/assert.ts'
import type { ComplexId, MeterId, PointId } from '../shared/ids.ts'
import { type Checked, no } from './checked.ts'
import { mayBeSet } from './clock-moment.ts'
import { complexPlace } from './clock-place-store.ts'
import type { Asked, ModeOrder, PushOrder, SettingsPush, WantedSettings } from './kinds.ts'
import { modeRefusal } from './mode.ts'
import { type AcceptedPush, checkForPush } from './push-check.ts'
import { type SupplySettings, supplySettings } from './push-settings-store.ts'
import type { RefusedMeter } from './store.ts'
import { type Target, targetsOf } from './target-store.ts'

export type PlanDeps = {
  /** Null for a model this installation does not know. */
  capabilitiesOf: (model: string) => ModelCapabilities | null
}

export type Placed = Target & { pointId: PointId }
/** `wanted`: as this meter is to show it. */
export type Supplied = Target & { supply: SupplySettings; wanted: WantedSettings }

type Refused = { refused: readonly RefusedMeter[] }
export type Plan = Refused &
  (
    | { kind: 'read'; targets: readonly Target[] }
    | { kind: 'setClock'; targets: readonly Target[] }
    | { kind: 'setMode'; order: ModeOrder; targets: readonly Placed[] }
    | { kind: 'pushSettings'; order: SettingsPush; targets: readonly Supplied[] }
    | { kind: 'pushPrice'; order: PushOrder; targets: readonly AcceptedPush[] }
  )

export const metersOf = (plan: Plan): MeterId[] => plan.targets.map(({ meterId }) => meterId)

/** Each meter once, in the order asked for. */
const sorted = <T extends Target>(
  meters: readonly MeterId[],
  found: readonly Target[],
  check: (target: Target) => Checked<T>,
): { targets: T[]; refused: RefusedMeter[] } => {
  const byId = new Map(found.map((target) => [target.meterId, target]))
  const checked = meters.map((meterId) => {
    const target = byId.get(meterId)
    return { meterId, ...(target ? check(target) : no('not_found')) }
  })
  return {
    targets: checked.flatMap((one) => (one.ok ? [one.target] : [])),
    refused: checked.flatMap((one) => {
      if (one.ok) return []
      const { ok: _, ...refused } = one
      return [refused]
    }),
  }
}

const forMode =
  (deps: PlanDeps, order: ModeOrder) =>
  (target: Target): Checked<Placed> => {
    const model = deps.capabilitiesOf(target.model)
    if (!model) return no('not_supported_by_model')
    const { pointId } = target
    if (pointId === null) return no('not_found')
    const code = modeRefusal(order.mode, model.relay, target.protected)
    return code === null ? { ok: true, target: { ...target, pointId } } : no(code)
  }

const forRead =
  (deps: PlanDeps) =>
  (target: Target): Checked<Target> => {
    if (!deps.capabilitiesOf(target.model)) return no('not_supported_by_model')
    return target.served ? { ok: true, target } : no('gateway_disabled')
  }

const forClock =
  (deps: PlanDeps, isMoment: boolean) =>
  (target: Target): Checked<Target> => {
    if (!isMoment) return no('clock_not_now')
    const clock = deps.capabilitiesOf(target.model)?.clock
    if (!clock?.read || !clock.write) return no('not_supported_by_model')
    return target.served ? { ok: true, target } : no('gateway_disabled')
  }

/** NN.NNNN kW, of which whole watts are written. */
const OVERLOAD_W_MAX = 99_999

/** Behind transformers a meter measures part of what flows; null: it has no room for it. */
const asInMeter = (wanted: WantedSettings, { ratio }: SupplySettings): WantedSettings | null => {
  if (wanted.overloadW === undefined) return wanted
  const overloadW = Math.floor(wanted.overloadW / ratio)
  return overloadW < 1 || overloadW > OVERLOAD_W_MAX ? null : { ...wanted, overloadW }
}

const areCrossed = (supply: SupplySettings, wanted: WantedSettings): boolean => {
  const { alarm1Fen, alarm2Fen } = { ...supply, ...wanted }
  const asked = wanted.alarm1Fen !== undefined || wanted.alarm2Fen !== undefined
  return asked && alarm1Fen <= alarm2Fen
}

const forSettings =
  (deps: PlanDeps, { wanted }: SettingsPush, supplies: readonly SupplySettings[]) =>
  (target: Target): Checked<Supplied> => {
    const model = deps.capabilitiesOf(target.model)
    const supply = supplies.find(({ meterId }) => meterId === target.meterId)
    if (!supply) return no('meter_not_opened')
    const names = SETTING_NAMES.filter((name) => wanted[name] !== undefined)
    if (supply.accountMode === 'centre' && names.some(isMoneySetting))
      return no('settings_kept_by_centre')
    if (!names.every((name) => holdsSetting(model, name))) return no('not_supported_by_model')
    if (areCrossed(supply, wanted)) return no('alarm_amounts_crossed')
    const own = asInMeter(wanted, supply)
    if (own === null) return no('overload_out_of_range')
    return { ok: true, target: { ...target, supply, wanted: own } }
  }

/** With `lock`, the points of the meters are locked first where their mode is to change. */
export const planCommands = async (
  tx: Tx,
  deps: PlanDeps,
  complexId: ComplexId,
  meters: readonly MeterId[],
  { asked, lock }: { asked: Asked; lock: boolean },
): Promise<Plan> => {
  const found = await targetsOf(tx, complexId, meters, lock && asked.kind === 'setMode')
  switch (asked.kind) {
    case 'setMode':
      return { kind: 'setMode', order: asked, ...sorted(meters, found, forMode(deps, asked)) }
    case 'pushSettings': {
      const supplies = await supplySettings(tx, complexId, meters)
      const check = forSettings(deps, asked, supplies)
      return { kind: 'pushSettings', order: asked, ...sorted(meters, found, check) }
    }
    case 'pushPrice': {
      const check = await checkForPush(tx, deps, complexId, meters, asked)
      return { kind: 'pushPrice', order: asked, ...sorted(meters, found, check) }
    }
    case 'setClock': {
      const isMoment = mayBeSet(tx.now, await complexPlace(tx, complexId))
      return { kind: 'setClock', ...sorted(meters, found, forClock(deps, isMoment)) }
    }
    case 'read':
      return { kind: 'read', ...sorted(meters, found, forRead(deps)) }
    default:
      return never(asked)
  }
}
