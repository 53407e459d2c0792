// What is watched besides the rounds, decided 巡查判定: covers, use and main meters, each rule by facts
// of its own. An alarm about which there is nothing to know any more ends.

import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import type { ComplexId, GatewayId, MeterId, SupplyId } from '../../shared/ids.ts'
import type { AlarmRules } from '../catalog.ts'
import { type Outcome, rulesOf, writeOutcome } from '../evaluate.ts'
import type { AlarmRule, CoverRule, Decision, Evidence, MainRule, UseRule } from '../rule.ts'
import { tuningOf } from '../settings-store.ts'
import type { Subject } from '../store.ts'
import type { Tuned } from '../tuned.ts'
import { coverFacts } from './cover-store.ts'
import { mainFacts } from './main-store.ts'
import { factsOfUse } from './use-store.ts'

export type WatchDeps = { ids: Ids; rules: AlarmRules }
type Rules = ReadonlyMap<string, Tuned>

const isCoverRule = (rule: AlarmRule): rule is CoverRule =>
  'basis' in rule && rule.basis === 'covers'
const isUseRule = (rule: AlarmRule): rule is UseRule => 'basis' in rule && rule.basis === 'use'
const isMainRule = (rule: AlarmRule): rule is MainRule => 'basis' in rule && rule.basis === 'mains'

const openSubjects = async (tx: Tx, complexId: ComplexId, rule: string): Promise<Set<number>> => {
  const rows = await tx.query<{ subjectId: number }>(
    `select subject_id as "subjectId" from alarm
     where complex_id = $1 and rule = $2 and cleared_at is null`,
    [complexId, rule],
    'kept',
  )
  return new Set(rows.map(({ subjectId }) => subjectId))
}

type Watched = { meterId: MeterId; gatewayId: GatewayId; supplyId?: SupplyId }
type Watching<F> = {
  rule: {
    readonly id: string
    readonly subjectKind: 'meter' | 'supply'
    decide(facts: F, open: boolean, now: Tx['now'], set: Tuned['set']): Decision
    evidence(facts: F): Evidence
  }
  severity: Tuned['severity']
  set: Tuned['set']
}

const decideAll = async <F extends Watched>(
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  { rule, severity, set }: Watching<F>,
  all: readonly F[],
): Promise<void> => {
  const open = await openSubjects(tx, complexId, rule.id)
  const { id, subjectKind } = rule
  const subjectOf = (subjectId: number): Subject => ({ rule: id, subjectKind, subjectId })
  const out: Outcome = { raise: [], clear: [] }
  const known = new Set<number>()
  for (const facts of all) {
    const { meterId, gatewayId, supplyId = meterId } = facts
    known.add(supplyId)
    const decision = rule.decide(facts, open.has(supplyId), tx.now, set)
    if (decision === 'clear') out.clear.push(subjectOf(supplyId))
    if (decision !== 'raise') continue
    const told = { meterId, gatewayId, ...rule.evidence(facts) }
    out.raise.push({ ...subjectOf(supplyId), severity, facts: told, message: null })
  }
  out.clear.push(...[...open].filter((one) => !known.has(one)).map(subjectOf))
  await writeOutcome(tx, ids, complexId, out)
}

/** Cheap: of covers only what was opened is looked at. */
export const evaluateCovers = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  rules: Rules,
): Promise<void> => {
  for (const one of rulesOf(rules, isCoverRule))
    await decideAll(tx, ids, complexId, one, await coverFacts(tx, complexId, one.rule.id))
}

/** Looks at every open supply and every main meter. */
export const evaluateUse = async (
  tx: Tx,
  { ids, rules: supplied }: WatchDeps,
  complexId: ComplexId,
): Promise<void> => {
  const { rules } = await tuningOf(tx, supplied, complexId)
  for (const one of rulesOf(rules, isUseRule))
    await decideAll(tx, ids, complexId, one, await factsOfUse(tx, complexId, one.set.days ?? 1))
  for (const one of rulesOf(rules, isMainRule))
    await decideAll(tx, ids, complexId, one, await mainFacts(tx, complexId, one.set.days ?? 1))
}
