// What the policy does about each supply now 策略现状: the same decisions as those that are carried
// out, with what a meter can't do of them.

import type { SuppliesNow, SupplyNow as SupplyShown } from '../../http/contract/policy.ts'
import type { Tx } from '../../ports/database.ts'
import { type Instant, rfc3339 } from '../../shared/clock.ts'
import type { ComplexId } from '../../shared/ids.ts'
import type { ControlDeps } from '../commands.ts'
import { changedBy } from './decide.ts'
import type { SupplyFacts } from './facts-store.ts'
import { canOf, decideMeter, gapsOf, gapsOfCentre } from './meter-mode.ts'
import { dearestDays } from './meter-review.ts'
import { supplyOverrides } from './settings-store.ts'
import { type Shop, shopsOf } from './shop-store.ts'
import { decided, type SupplyNow, worldOf } from './world.ts'

const SHOWN_MAX = 500

export const shopShown = (facts: SupplyFacts, shop: Shop, zone: string) => ({
  ...shop,
  accountId: facts.accountId,
  meterId: facts.meterId,
  meterNo: facts.meterNo,
  charged: facts.charged,
  balanceFen: facts.availableFen,
  balanceAt: facts.asOf === null ? null : rfc3339(facts.asOf, zone),
})

type Said = Pick<SupplyShown, 'intent' | 'reason' | 'changedBy' | 'gaps'> & { at: Instant | null }

const byCentre = (tx: Tx, one: SupplyNow): Said => {
  const { intent, reason, at } = decided(tx, one)
  return {
    intent,
    reason,
    at,
    changedBy: [...changedBy(reason)],
    gaps: gapsOfCentre(one.facts, one.policy),
  }
}

const byMeter = (
  tx: Tx,
  deps: Pick<ControlDeps, 'capabilitiesOf'>,
  one: SupplyNow,
  aheadMinutes: number,
  dailyFen: number | null,
): Said => {
  const can = canOf(deps.capabilitiesOf(one.facts.model))
  const overload = decided(tx, one)
  const gaps = gapsOf(one.facts, one.policy, can)
  if (overload.cause === 'overload') return { ...byCentre(tx, one), gaps }
  const facts = { ...one.facts, dailyFen }
  const at = { aheadMinutes, now: tx.now, can }
  const said = decideMeter(facts, one.policy, one.window, at)
  const until = said.intent === 'keep' ? said.until : null
  return { intent: said.intent, reason: said.reason, at: until, changedBy: [], gaps }
}

export type Asked = { match: 'acting' | 'gaps' | 'own' | 'all'; search: string }

const matches = (row: SupplyShown, { match, search }: Asked): boolean => {
  if (match === 'acting' && row.intent === 'nothing') return false
  if (match === 'gaps' && row.gaps.length === 0) return false
  if (match === 'own' && row.own === null) return false
  if (search === '') return true
  const words = [row.accountNo, row.tenant, row.premises, row.meterNo].join(' ').toLowerCase()
  return words.includes(search.toLowerCase())
}

export const suppliesNow = async (
  tx: Tx,
  deps: Pick<ControlDeps, 'capabilitiesOf'>,
  complexId: ComplexId,
  asked: Asked,
): Promise<SuppliesNow> => {
  const world = await worldOf(tx, deps, complexId)
  const { zone } = world.place
  const shops = await shopsOf(tx, complexId)
  const own = await supplyOverrides(tx, complexId)
  const daily = await dearestDays(tx, complexId, world.place)
  const rows = world.supplies.flatMap((one): SupplyShown[] => {
    const { facts } = one
    const shop = shops.get(facts.supplyId)
    if (!shop) return []
    const said =
      facts.charged === 'centre'
        ? byCentre(tx, one)
        : byMeter(tx, deps, one, world.policy.keepAheadMinutes, daily.get(facts.supplyId) ?? null)
    return [
      {
        ...shopShown(facts, shop, zone),
        ...said,
        at: said.at === null ? null : rfc3339(said.at, zone),
        owesSince: facts.owesSince === null ? null : rfc3339(facts.owesSince, zone),
        protected: facts.protected,
        own: own.get(facts.supplyId) ?? null,
      },
    ]
  })
  const found = rows.filter((row) => matches(row, asked))
  return { total: found.length, items: found.slice(0, SHOWN_MAX) }
}
