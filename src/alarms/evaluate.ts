// Evaluating the rules 报警判定: after each batch of readings in its own transaction, and in a sweep
// for what only time tells. Every decision is pure; here facts are fetched and outcomes written.

import type { PollHook } from '../metering/readings/poll-result.ts'
import { CLOCK_LIMIT_MS } from '../metering/readings/trust.ts'
import { DEFAULT_INTERVALS } from '../metering/rounds/poll-plan.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import type { AlarmRules } from './catalog.ts'
import { complexFacts } from './complex-facts.ts'
import {
  gatewayFacts,
  meterFacts,
  raisingFacts,
  suspectMeters,
  type WithOpen,
} from './facts-store.ts'
import { MISSED_ROUNDS } from './missed-rounds.ts'
import { isMeterRule, type MeterFacts, type MeterRule } from './rule.ts'
import { clearAlarms, clearOrphans, type NewAlarm, raiseAlarms, type Subject } from './store.ts'

export type AlarmDeps = { ids: Ids; rules: AlarmRules }

/** Where the rounds are faster than usual, a missed one is noticed as late as elsewhere. */
const STALE_MS = MISSED_ROUNDS * DEFAULT_INTERVALS.statusMs

type Outcome = { raise: NewAlarm[]; clear: Subject[] }

const subjectOf = (rule: MeterRule, facts: MeterFacts): Subject | null => {
  const { id, subjectKind } = rule
  const subjectId = subjectKind === 'supply' ? facts.supplyId : facts.meterId
  return subjectId === null ? null : { rule: id, subjectKind, subjectId }
}

const decideMeter = (
  rule: MeterRule,
  { facts, open }: WithOpen<MeterFacts>,
  tx: Tx,
  out: Outcome,
): void => {
  const subject = subjectOf(rule, facts)
  if (!subject) return
  const decision = rule.decide(facts, open.has(rule.id), tx.now)
  if (decision === 'clear') out.clear.push(subject)
  if (decision !== 'raise') return
  const { tenantId, meterId, gatewayId } = facts
  const told = rule.message !== null && tenantId !== null
  out.raise.push({
    ...subject,
    severity: rule.severity,
    facts: { meterId, gatewayId, ...rule.evidence(facts) },
    message: told ? { template: rule.message, tenantId } : null,
  })
}

const write = async (tx: Tx, ids: Ids, complexId: ComplexId, out: Outcome): Promise<void> => {
  await raiseAlarms(tx, ids, complexId, out.raise)
  await clearAlarms(tx, complexId, out.clear)
}

/** One query for all of them; `reading` rules only where a reading has just been stored. */
export const evaluateMeters = async (
  tx: Tx,
  { ids, rules }: AlarmDeps,
  complexId: ComplexId,
  meters: readonly MeterId[],
  basis: 'reading' | 'state',
): Promise<void> => {
  const asked = [...rules.values()]
    .filter(isMeterRule)
    .filter((rule) => basis === 'reading' || rule.basis === 'state')
  const out: Outcome = { raise: [], clear: [] }
  const known = await meterFacts(tx, complexId, meters)
  const raising = known.filter(({ facts, open }) =>
    asked.some((rule) => rule.decide(facts, open.has(rule.id), tx.now) === 'raise'),
  )
  const more = await raisingFacts(
    tx,
    complexId,
    raising.map(({ facts }) => facts.meterId),
  )
  for (const { facts, open } of known) {
    const whole = { facts: { ...facts, ...more.get(facts.meterId) }, open }
    for (const rule of asked) decideMeter(rule, whole, tx, out)
  }
  await write(tx, ids, complexId, out)
}

export const evaluateGateways = async (
  tx: Tx,
  { ids, rules }: AlarmDeps,
  complexId: ComplexId,
): Promise<void> => {
  const out: Outcome = { raise: [], clear: [] }
  const gateways = await gatewayFacts(tx, complexId)
  for (const rule of rules.values()) {
    if (rule.subjectKind !== 'gateway') continue
    for (const { facts, open } of gateways) {
      const subject = { rule: rule.id, subjectKind: 'gateway', subjectId: facts.gatewayId } as const
      const decision = rule.decide(facts, open.has(rule.id), tx.now)
      if (decision === 'clear') out.clear.push(subject)
      if (decision !== 'raise') continue
      const evidence = { gatewayId: facts.gatewayId, ...rule.evidence(facts) }
      out.raise.push({ ...subject, severity: rule.severity, facts: evidence, message: null })
    }
  }
  await write(tx, ids, complexId, out)
}

const evaluateComplex = async (
  tx: Tx,
  { ids, rules }: AlarmDeps,
  complexId: ComplexId,
): Promise<void> => {
  const out: Outcome = { raise: [], clear: [] }
  const { facts, open } = await complexFacts(tx, complexId)
  for (const rule of rules.values()) {
    if (rule.subjectKind !== 'complex') continue
    const subject = { rule: rule.id, subjectKind: 'complex', subjectId: complexId } as const
    const decision = rule.decide(facts, open.has(rule.id), tx.now)
    if (decision === 'clear') out.clear.push(subject)
    if (decision !== 'raise') continue
    const { severity } = rule
    out.raise.push({ ...subject, severity, facts: { ...rule.evidence(facts) }, message: null })
  }
  await write(tx, ids, complexId, out)
}

/**
 * For the poller: in the transaction that stored the results. Only what shows a balance is judged
 * here; whatever else a reading tells the sweep finds a moment later.
 */
export const alarmHook =
  (deps: AlarmDeps): PollHook =>
  async (tx, complexId, results) => {
    const telling = results.filter(({ kind }) => kind === 'status' || kind === 'wallet')
    const meters = [...new Set(telling.map((result) => result.meterId))]
    await evaluateMeters(tx, deps, complexId, meters, 'reading')
  }

/** What only time tells: silence, gateways, holds, and subjects that are gone. */
export const sweepComplex = async (tx: Tx, deps: AlarmDeps, complexId: ComplexId) => {
  await evaluateGateways(tx, deps, complexId)
  await evaluateComplex(tx, deps, complexId)
  const delays = [...deps.rules.values()]
    .filter(isMeterRule)
    .filter((rule) => rule.basis === 'state' && rule.delayMs > 0)
    .map((rule) => rule.delayMs)
  const suspects = await suspectMeters(tx, complexId, {
    silentMs: Math.min(...delays),
    staleMs: STALE_MS,
    clockMs: CLOCK_LIMIT_MS,
    supplyRules: [...deps.rules.values()]
      .filter(({ subjectKind }) => subjectKind === 'supply')
      .filter((rule) => isMeterRule(rule) && rule.basis === 'state')
      .map(({ id }) => id),
  })
  await evaluateMeters(tx, deps, complexId, suspects, 'state')
  await clearOrphans(tx, complexId, [...deps.rules.keys()])
}
