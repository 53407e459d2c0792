// The policy where meters hold the money 表内预付费巡检: keep-power and overdrafts ordered so that the
// meters by themselves do what the policy says. Each look orders only what is not so yet.

import { fen } from '../../ledger/money.ts'
import type { Tx } from '../../ports/database.ts'
import { rfc3339 } from '../../shared/clock.ts'
import type { ComplexId, SupplyId } from '../../shared/ids.ts'
import { type ControlDeps, queueCommands } from '../commands.ts'
import { pushSettings } from '../push-settings.ts'
import { dailyUse, type SupplyFacts } from './facts-store.ts'
import { canOf, decideMeter, type MeterIntent, overdraftWanted } from './meter-mode.ts'
import { settingsUnderWay } from './meter-store.ts'
import { hasWindows, type Place } from './windows.ts'
import type { SupplyNow, World } from './world.ts'

/** In one look at one complex: buses have other work too. */
const ORDERS_MAX = 300

/** The dearest day of the week of each supply, of the last four weeks. */
export const dearestDays = async (tx: Tx, complex: ComplexId, place: Place) => {
  const most = new Map<SupplyId, number>()
  for (const { supplyId, fen, days } of await dailyUse(tx, complex, place))
    most.set(supplyId, Math.max(most.get(supplyId) ?? 0, Math.ceil(fen / days)))
  return most
}

/** Whether this complex asks anything of meters with a wallet. */
const asksNothing = ({ supplies }: World): boolean =>
  supplies.every(
    ({ facts, policy }) =>
      facts.charged !== 'meter' ||
      !(
        hasWindows(policy.noTrip) ||
        !policy.trips ||
        facts.protected ||
        facts.mode === 'kept' ||
        policy.graceFen > facts.overdraftFen
      ),
  )

export type MeterNow = SupplyNow & { intent: MeterIntent; overdraftFen: number | null }

/** What is to be done about each meter with a wallet. */
export const meterIntents = async (
  tx: Tx,
  deps: Pick<ControlDeps, 'capabilitiesOf'>,
  world: World,
): Promise<MeterNow[]> => {
  if (asksNothing(world)) return []
  const dearest = await dearestDays(tx, world.complexId, world.place)
  const aheadMinutes = world.policy.keepAheadMinutes
  return world.supplies.flatMap((one) => {
    if (one.facts.charged !== 'meter') return []
    const can = canOf(deps.capabilitiesOf(one.facts.model))
    const facts = { ...one.facts, dailyFen: dearest.get(one.facts.supplyId) ?? null }
    const at = { aheadMinutes, now: tx.now, can }
    return [
      {
        ...one,
        intent: decideMeter(facts, one.policy, one.window, at),
        overdraftFen: overdraftWanted(facts, one.policy, can),
      },
    ]
  })
}

const keep = async (
  tx: Tx,
  deps: ControlDeps,
  world: World,
  { meterId }: SupplyFacts,
  intent: Exclude<MeterIntent, { intent: 'nothing' }>,
): Promise<void> => {
  const { zone } = world.place
  const { reason } = intent
  const until = intent.intent === 'keep' ? intent.until : null
  await queueCommands(tx, deps, {
    requestId: `policy/${deps.ids.uuid()}`,
    ...{ complexId: world.complexId, kind: 'setMode', meterIds: [meterId] },
    params:
      intent.intent === 'releaseKeep'
        ? { mode: 'prepaid', reason: 'policy.release' }
        : { mode: 'kept', reason, ...(until !== null && { until: rfc3339(until, zone) }) },
  })
}

/** One look at a complex as it was read a moment ago; returns how many orders it made. */
export const reviewMeters = async (tx: Tx, deps: ControlDeps, world: World): Promise<number> => {
  const { complexId } = world
  const meters = await meterIntents(tx, deps, world)
  const ordered = meters.filter(({ intent }) => intent.intent !== 'nothing').slice(0, ORDERS_MAX)
  for (const { facts, intent } of ordered)
    if (intent.intent !== 'nothing') await keep(tx, deps, world, facts, intent)
  const short = meters.filter(({ overdraftFen }) => overdraftFen !== null)
  const pushing = await settingsUnderWay(
    tx,
    complexId,
    short.map(({ facts }) => facts.meterId),
  )
  let pushed = 0
  for (const { facts, overdraftFen } of short) {
    if (overdraftFen === null || pushing.has(facts.meterId) || pushed >= ORDERS_MAX) continue
    const { accountId, supplyId, meterId, meterNo } = facts
    const order = { accountId, supplyId, meterNo, wanted: { overdraftFen: fen(overdraftFen) } }
    await pushSettings(tx, deps, { ...order, complexId, meterId })
    pushed++
  }
  return ordered.length + pushed
}
