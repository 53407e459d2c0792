// What an operator sees of each meter before he acts 选择前状态: as it was read, with its age, and what
// would be sent. The part of it that his decision rests on is compared when he confirms (INV-24).

import { boardItems } from '../board/store.ts'
import type { SelectedMeter } from '../http/contract/commands.ts'
import type { BoardItem } from '../http/contract.ts'
import type { ModelCapabilities } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import { intendedMode } from './intended.ts'
import type { ModeOrder } from './kinds.ts'
import type { ModeFacts, Money } from './mode.ts'
import { type Background, backgrounds } from './observe-store.ts'
import { metersOf, type Plan, type PlanDeps } from './plan-commands.ts'
import { pricesToCome } from './price-to-come.ts'

/** What must not have changed until it is confirmed, by name: a plain value each. */
export type Observed = Readonly<Record<string, unknown>>
export type Sight = { meterId: MeterId; shown: SelectedMeter; observed: Observed }

const moneyOf = (item: BoardItem, known: Background, model: ModelCapabilities): Money => {
  const { balanceFen } = item
  const { overdraftFen } = known
  if (overdraftFen === null) return model.prepaid ? 'noTenant' : 'suffices'
  if (balanceFen === null) return 'unknown'
  return balanceFen > -overdraftFen ? 'suffices' : 'short'
}

/** What an operator may close again: his own trips, those of a schedule and overloads. */
const isReleasable = (cause: Background['tripCause']): boolean =>
  cause === 'operator' || cause === 'schedule' || cause === 'overload'

const intendedFor = (
  tx: Tx,
  order: ModeOrder,
  item: BoardItem,
  known: Background,
  model: ModelCapabilities,
): Pick<SelectedMeter, 'intended' | 'note'> => {
  const { relay, kept } = item
  const forArrears = known.chargedByCentre && known.tripCause === 'arrears'
  const released = known.tripCause === 'released' || forArrears
  const facts: ModeFacts = {
    protected: item.protected,
    money: moneyOf(item, known, model),
    tripOurs: released || isReleasable(known.tripCause),
    byOperator: released || tx.scope.operator !== null,
    tripDue: false,
  }
  const read = relay === null ? null : { relay, kept: kept === true }
  return intendedMode(order.mode, model.relay, read, facts)
}

const willBe = (
  tx: Tx,
  deps: PlanDeps,
  plan: Plan,
  item: BoardItem,
  known: Background,
): Pick<SelectedMeter, 'intended' | 'note'> => {
  if (plan.kind === 'read') return { intended: ['read'], note: null }
  const model = deps.capabilitiesOf(known.model)
  if (plan.kind === 'setMode' && model) return intendedFor(tx, plan.order, item, known, model)
  return { intended: ['write'], note: null }
}

const shownOf = (item: BoardItem, will: Pick<SelectedMeter, 'intended' | 'note' | 'price'>) => {
  const { meterId, meterNo, building, buildingEn, floor, premises, premisesName } = item
  const { premisesNameEn, tenant, gatewayCode, state, mode, relay, kept, relayAt } = item
  const { balanceFen, readAt } = item
  return {
    ...{ meterId, meterNo, building, buildingEn, floor, premises, premisesName, premisesNameEn },
    ...{ tenant, gatewayCode, state, mode, relay, kept, relayAt, balanceFen, readAt, ...will },
  } satisfies SelectedMeter
}

/** Prices and thresholds: what stood there, and what was to come, is part of the decision. */
const particulars = (plan: Plan): ReadonlyMap<MeterId, Observed> => {
  if (plan.kind === 'pushPrice')
    return new Map(
      plan.targets.map(({ meterId, version: { planId, version }, switchAt }) => [
        meterId,
        { plan: `${planId}/${version}`, switchAt },
      ]),
    )
  if (plan.kind === 'pushSettings')
    return new Map(
      plan.targets.map(({ meterId, supply }) => {
        const { alarm1Fen, alarm2Fen, overdraftFen, hoardingFen } = supply
        return [meterId, { alarm1Fen, alarm2Fen, overdraftFen, hoardingFen }]
      }),
    )
  return new Map()
}

const observedOf = (plan: Plan, item: BoardItem, known: Background, shown: SelectedMeter) => {
  const { supplyId, underWay, desiredSince } = known
  if (plan.kind !== 'setMode') return { supplyId, underWay }
  const { relay, kept, mode, protected: isProtected } = item
  const { intended, note } = shown
  return {
    ...{ supplyId, underWay, relay, kept, mode, desiredSince, protected: isProtected },
    ...{ intended: intended.join(' '), note },
  }
}

/** Of each meter that would take the command, in the plan's order. */
export const observe = async (
  tx: Tx,
  deps: PlanDeps,
  { complexId, zone }: { complexId: ComplexId; zone: string },
  plan: Plan,
): Promise<Sight[]> => {
  const meters = metersOf(plan)
  const items = await boardItems(tx, complexId, zone, meters)
  const pushed = plan.kind === 'pushPrice' ? plan.targets : []
  const prices = await pricesToCome(tx, { complexId, zone }, pushed)
  const known = await backgrounds(tx, complexId, meters, plan.kind)
  const itemOf = new Map(items.map((item) => [item.meterId, item]))
  const knownOf = new Map(known.map((one) => [one.meterId, one]))
  const extra = particulars(plan)
  return meters.flatMap((meterId) => {
    const item = itemOf.get(meterId)
    const background = knownOf.get(meterId)
    if (!item || !background) return []
    const will = willBe(tx, deps, plan, item, background)
    const shown = shownOf(item, { ...will, price: prices.get(meterId) ?? null })
    const observed = { ...observedOf(plan, item, background, shown), ...extra.get(meterId) }
    return [{ meterId, shown, observed }]
  })
}
