// One sweep of one complex 综合体巡检: lines first, because they speak for their meters; then the
// complex, suspect meters, storms and escalation. All in one transaction.

import { CLOCK_LIMIT_MS } from '../metering/readings/trust.ts'
import { DEFAULT_INTERVALS } from '../metering/rounds/poll-plan.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId } from '../shared/ids.ts'
import { complexFacts } from './complex-facts.ts'
import { surface } from './cover-store.ts'
import { escalate } from './escalation-store.ts'
import { type AlarmDeps, evaluateMeters, type Outcome, rulesOf, writeOutcome } from './evaluate.ts'
import { evaluateLines } from './evaluate-lines.ts'
import { MISSED_ROUNDS } from './missed-rounds.ts'
import { takeOver } from './outage-store.ts'
import { type AlarmRule, type ComplexRule, isMeterRule } from './rule.ts'
import { tuningOf } from './settings-store.ts'
import { clearOrphans } from './store.ts'
import { stormOf } from './storm.ts'
import { sweepStorms } from './storm-store.ts'
import { suspectMeters } from './suspects-store.ts'
import type { Tuned } from './tuned.ts'
import { evaluateCovers } from './watch/evaluate.ts'

/** Where the rounds are faster than usual, a missed one is noticed as late as elsewhere. */
const STALE_MS = MISSED_ROUNDS * DEFAULT_INTERVALS.statusMs

const isComplexRule = (rule: AlarmRule): rule is ComplexRule => rule.subjectKind === 'complex'

const evaluateComplex = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  rules: ReadonlyMap<string, Tuned>,
): Promise<void> => {
  const out: Outcome = { raise: [], clear: [] }
  const { facts, open } = await complexFacts(tx, complexId)
  for (const { rule, severity, set } of rulesOf(rules, isComplexRule)) {
    const subject = { rule: rule.id, subjectKind: 'complex', subjectId: complexId } as const
    const decision = rule.decide(facts, open.has(rule.id), tx.now, set)
    if (decision === 'clear') out.clear.push(subject)
    if (decision !== 'raise') continue
    out.raise.push({ ...subject, severity, facts: { ...rule.evidence(facts) }, message: null })
  }
  await writeOutcome(tx, ids, complexId, out)
}

const evaluateSuspects = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  rules: ReadonlyMap<string, Tuned>,
): Promise<void> => {
  const ofState = rulesOf(rules, isMeterRule).filter(({ rule }) => rule.basis === 'state')
  const delays = ofState.flatMap(({ set: { delayS } }) => (delayS === undefined ? [] : [delayS]))
  const meters = await suspectMeters(tx, complexId, {
    silentMs: Math.min(STALE_MS, ...delays.map((delayS) => delayS * 1_000)),
    ...{ staleMs: STALE_MS, clockMs: CLOCK_LIMIT_MS },
    supplyRules: ofState.flatMap(({ rule }) => (rule.subjectKind === 'supply' ? [rule.id] : [])),
  })
  await evaluateMeters(tx, ids, complexId, rules, { meters, basis: 'state' })
}

const SWEEP_LOCK = 20_260_935

/** Of several processes one sweeps at a time: two would take a step of escalation twice. */
const isAlone = async (tx: Tx, complexId: ComplexId): Promise<boolean> => {
  const rows = await tx.query<{ alone: boolean }>(
    'select pg_try_advisory_xact_lock($1, $2) as alone',
    [SWEEP_LOCK, complexId],
    'kept',
  )
  return rows[0]?.alone === true
}

/** What only time tells: silence, lines, holds, subjects that are gone, and who must be told. */
export const sweepComplex = async (
  tx: Tx,
  { ids, rules: supplied }: AlarmDeps,
  complexId: ComplexId,
): Promise<void> => {
  if (!(await isAlone(tx, complexId))) return
  const { rules, storm, steps } = await tuningOf(tx, supplied, complexId)
  await evaluateLines(tx, ids, complexId, rules)
  await evaluateComplex(tx, ids, complexId, rules)
  await evaluateSuspects(tx, ids, complexId, rules)
  await evaluateCovers(tx, ids, complexId, rules)
  await takeOver(tx, ids, complexId)
  await sweepStorms(tx, ids, complexId, rules, storm)
  const on = [...rules.values()].flatMap(({ rule, enabled }) =>
    enabled ? [rule.id, stormOf(rule.id)] : [],
  )
  await clearOrphans(tx, complexId, on)
  await surface(tx, ids, complexId)
  await escalate(tx, ids, complexId, steps)
}
