// How much of a complex the watch can judge 覆盖范围: what was not read is not fine, and what a model
// never tells is said to be so.

import type { AlarmRuleShown } from '../../http/contract/alarms.ts'
import type { ModelCapabilities } from '../../metering/driver.ts'
import type { Tx } from '../../ports/database.ts'
import { plusMs, sqlTime } from '../../shared/clock.ts'
import type { ComplexId } from '../../shared/ids.ts'
import coverOpened from '../rules/cover-opened.ts'
import mainAgainstSubs from '../rules/main-against-subs.ts'
import zeroUse from '../rules/zero-use.ts'
import type { Tuned } from '../tuned.ts'
import { mainFacts, mainPoints } from './main-store.ts'
import { isUseKnown, mayUse } from './use-known.ts'
import { factsOfUse } from './use-store.ts'

export type Coverage = NonNullable<AlarmRuleShown['coverage']>
export type ModelsKnown = (model: string) => Pick<ModelCapabilities, 'covers'> | null

const HOUR_MS = 3_600_000

type CoverRow = { model: string; meters: number; read: number; refused: number }

// A meter that refused keeps no such record, whatever its model says.
const COVERS = `
  select d.model, count(*)::integer as meters,
    count(*) filter (where k.read = 2)::integer as read,
    count(*) filter (where k.refused > 0)::integer as refused
  from installation i
  join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  left join lateral (
    select count(*) filter (where c.read_at > $2) as read,
      count(*) filter (where c.count is null and c.fault = 'refused-by-meter') as refused
    from meter_cover c where c.complex_id = i.complex_id and c.meter_id = i.meter_id) k on true
  where i.complex_id = $1 and i.until is null
  group by d.model`

const ofCovers = async (
  tx: Tx,
  complex: ComplexId,
  { set }: Tuned,
  models: ModelsKnown,
): Promise<Coverage> => {
  // One question may be missed.
  const since = sqlTime(plusMs(tx.now, -2 * (set.everyH ?? 1) * HOUR_MS - HOUR_MS))
  const rows = await tx.query<CoverRow>(COVERS, [complex, since])
  const sum: Coverage = { known: 0, unknown: 0, cannot: 0 }
  for (const { model, meters, read, refused } of rows) {
    if (models(model)?.covers !== true) sum.cannot += meters
    else {
      sum.known += read
      sum.cannot += refused
      sum.unknown += meters - read - refused
    }
  }
  return sum
}

const ofUse = async (tx: Tx, complex: ComplexId, { set }: Tuned): Promise<Coverage> => {
  const all = await factsOfUse(tx, complex, set.days ?? 1)
  const known = all.filter((facts) => !mayUse(facts) || isUseKnown(facts, tx.now)).length
  return { known, unknown: all.length - known, cannot: 0 }
}

const ofMains = async (tx: Tx, complex: ComplexId, { set }: Tuned): Promise<Coverage> => {
  const mains = await mainPoints(tx, complex)
  const facts = await mainFacts(tx, complex, set.days ?? 1)
  const known = facts.filter(({ unread }) => unread === 0).length
  return { known, unknown: Math.max(0, mains.length - known), cannot: 0 }
}

/** By rule; a rule that is off watches nothing. */
export const coverages = async (
  tx: Tx,
  complex: ComplexId,
  rules: ReadonlyMap<string, Tuned>,
  models: ModelsKnown,
): Promise<ReadonlyMap<string, Coverage>> => {
  const found = new Map<string, Coverage>()
  const look = async (rule: string, of: (one: Tuned) => Promise<Coverage>) => {
    const one = rules.get(rule)
    if (one?.enabled) found.set(rule, await of(one))
  }
  await look(coverOpened.id, (one) => ofCovers(tx, complex, one, models))
  await look(zeroUse.id, (one) => ofUse(tx, complex, one))
  await look(mainAgainstSubs.id, (one) => ofMains(tx, complex, one))
  return found
}
