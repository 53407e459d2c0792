// Evaluating the rules of meters 报警判定: after each batch of readings in its own transaction, and in
// a sweep. Every decision is pure; here facts are fetched and outcomes written.

import type { PollHook } from '../metering/readings/poll-result.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import type { AlarmRules } from './catalog.ts'
import { meterFacts, raisingFacts, type WithOpen } from './facts-store.ts'
import { watchOverloads } from './overload-store.ts'
import { type AlarmRule, isMeterRule, type MeterFacts, type MeterRule } from './rule.ts'
import { tuningOf } from './settings-store.ts'
import { clearAlarms, type NewAlarm, raiseAlarms, type Subject } from './store.ts'
import type { Tuned } from './tuned.ts'

export type AlarmDeps = { ids: Ids; rules: AlarmRules }

export type Outcome = { raise: NewAlarm[]; clear: Subject[] }

/** Of a rule that is on; what was turned off ends with the sweep. */
export const rulesOf = <R extends AlarmRule>(
  all: ReadonlyMap<string, Tuned>,
  isOf: (rule: AlarmRule) => rule is R,
): Tuned<R>[] =>
  [...all.values()].flatMap(({ rule, ...rest }) =>
    rest.enabled && isOf(rule) ? [{ rule, ...rest }] : [],
  )

const subjectOf = (rule: MeterRule, facts: MeterFacts): Subject | null => {
  const { id, subjectKind } = rule
  const subjectId = subjectKind === 'supply' ? facts.supplyId : facts.meterId
  return subjectId === null ? null : { rule: id, subjectKind, subjectId }
}

const decideMeter = (
  { rule, severity, set }: Tuned<MeterRule>,
  { facts, open }: WithOpen<MeterFacts>,
  tx: Tx,
  out: Outcome,
): void => {
  const subject = subjectOf(rule, facts)
  if (!subject) return
  const decision = rule.decide(facts, open.has(rule.id), tx.now, set)
  if (decision === 'clear') out.clear.push(subject)
  if (decision !== 'raise') return
  const { tenantId, meterId, gatewayId } = facts
  const told = rule.message !== null && tenantId !== null
  out.raise.push({
    ...{ ...subject, severity, facts: { meterId, gatewayId, ...rule.evidence(facts) } },
    message: told ? { template: rule.message, tenantId } : null,
  })
}

export const writeOutcome = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  out: Outcome,
): Promise<void> => {
  await raiseAlarms(tx, ids, complexId, out.raise)
  await clearAlarms(tx, complexId, out.clear)
}

/** What a reading has just told is remembered before it is judged. */
const knownMeters = async (
  tx: Tx,
  complexId: ComplexId,
  meters: readonly MeterId[],
  basis: 'reading' | 'state',
): Promise<WithOpen<MeterFacts>[]> => {
  const known = await meterFacts(tx, complexId, meters)
  if (basis === 'state') return known
  const changed = await watchOverloads(
    ...[tx, complexId],
    known.map(({ facts }) => facts),
  )
  if (changed.size === 0) return known
  return known.map(({ facts, open }) => {
    const overSince = changed.get(facts.meterId)
    return overSince === undefined ? { facts, open } : { facts: { ...facts, overSince }, open }
  })
}

/** A few queries for all of them; `reading` rules only where a reading has just been stored. */
export const evaluateMeters = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  rules: ReadonlyMap<string, Tuned>,
  { meters, basis }: { meters: readonly MeterId[]; basis: 'reading' | 'state' },
): Promise<void> => {
  const asked = rulesOf(rules, isMeterRule).filter(
    ({ rule }) => basis === 'reading' || rule.basis === 'state',
  )
  const known = await knownMeters(tx, complexId, meters, basis)
  const raising = known.filter(({ facts, open }) =>
    asked.some(({ rule, set }) => rule.decide(facts, open.has(rule.id), tx.now, set) === 'raise'),
  )
  const ofRaising = raising.map(({ facts }) => facts.meterId)
  const more = await raisingFacts(tx, complexId, ofRaising)
  const out: Outcome = { raise: [], clear: [] }
  for (const { facts, open } of known) {
    const whole = { facts: { ...facts, ...more.get(facts.meterId) }, open }
    for (const one of asked) decideMeter(one, whole, tx, out)
  }
  await writeOutcome(tx, ids, complexId, out)
}

/**
 * For the poller: in the transaction that stored the results. Only what shows a state or a balance
 * is judged here; whatever else a reading tells the sweep finds a moment later.
 */
export const alarmHook =
  ({ ids, rules }: AlarmDeps): PollHook =>
  async (tx, complexId, results) => {
    const telling = results.filter(({ kind }) => kind === 'status' || kind === 'wallet')
    const meters = [...new Set(telling.map((result) => result.meterId))]
    if (meters.length === 0) return
    const tuning = await tuningOf(tx, rules, complexId)
    await evaluateMeters(tx, ids, complexId, tuning.rules, { meters, basis: 'reading' })
  }
