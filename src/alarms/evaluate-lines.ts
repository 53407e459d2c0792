// Evaluating the rules of lines 线路判定: gateways, then their buses, then whole buildings. Each outage
// counts the meters it speaks for.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId } from '../shared/ids.ts'
import { type Outcome, rulesOf, writeOutcome } from './evaluate.ts'
import type { WithOpen } from './facts-store.ts'
import { gatewayFacts, openOnLines, type Stretch, stretches } from './line-facts-store.ts'
import { buildingsOf, busesOf } from './lines.ts'
import { type Behind, countBehind } from './outage-store.ts'
import type {
  AlarmRule,
  BuildingRule,
  BusRule,
  Evidence,
  GatewayFacts,
  GatewayRule,
} from './rule.ts'
import type { Subject } from './store.ts'
import type { Tuned } from './tuned.ts'

const isGatewayRule = (rule: AlarmRule): rule is GatewayRule => rule.subjectKind === 'gateway'
const isBusRule = (rule: AlarmRule): rule is BusRule => rule.subjectKind === 'bus'
const isBuildingRule = (rule: AlarmRule): rule is BuildingRule => rule.subjectKind === 'building'

type LineRule<Facts> = Pick<Tuned, 'severity' | 'set'> & {
  rule: Pick<GatewayRule, 'id'> & {
    subjectKind: Behind['subjectKind']
    decide(
      facts: Facts,
      open: boolean,
      now: Tx['now'],
      set: Tuned['set'],
    ): 'raise' | 'clear' | 'keep'
    evidence(facts: Facts): Evidence
  }
}

const decideAll = <Facts>(
  tx: Tx,
  rules: readonly LineRule<Facts>[],
  all: readonly WithOpen<Facts>[],
  about: (facts: Facts) => { id: number; place: Evidence },
  out: Outcome,
): void => {
  for (const { rule, severity, set } of rules) {
    for (const { facts, open } of all) {
      const { id, place } = about(facts)
      const subject: Subject = { rule: rule.id, subjectKind: rule.subjectKind, subjectId: id }
      const decision = rule.decide(facts, open.has(rule.id), tx.now, set)
      if (decision === 'clear') out.clear.push(subject)
      if (decision !== 'raise') continue
      const evidence = { ...place, ...rule.evidence(facts) }
      out.raise.push({ ...subject, severity, facts: evidence, message: null })
    }
  }
}

const behindGateways = (
  parts: readonly Stretch[],
  gateways: ReadonlyMap<number, GatewayFacts>,
): Behind[] => {
  const behind = new Map<number, number>()
  for (const { gatewayId, meters } of parts) {
    if (gateways.get(gatewayId)?.online === false)
      behind.set(gatewayId, (behind.get(gatewayId) ?? 0) + meters)
  }
  return [...behind].map(([subjectId, n]) => ({ subjectKind: 'gateway', subjectId, n }))
}

const NONE: ReadonlySet<string> = new Set()

export const evaluateLines = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  rules: ReadonlyMap<string, Tuned>,
): Promise<void> => {
  const open = await openOnLines(tx, complexId)
  const known = await gatewayFacts(tx, complexId, open)
  const out: Outcome = { raise: [], clear: [] }
  decideAll(
    ...[tx, rulesOf(rules, isGatewayRule), known],
    ({ gatewayId }) => ({ id: gatewayId, place: { gatewayId } }),
    out,
  )
  const anyOff = known.some(({ facts }) => facts.enabled && facts.online === false)
  const parts = await stretches(tx, complexId, anyOff || open.size > 0)
  const gateways = new Map(known.map(({ facts }) => [facts.gatewayId, facts]))
  const buses = busesOf(parts, gateways)
  const buildings = buildingsOf(parts, gateways)
  decideAll(
    ...[tx, rulesOf(rules, isBusRule)],
    buses.map((facts) => ({ facts, open: open.get(`bus/${facts.busId}`) ?? NONE })),
    ({ busId, gatewayId }) => ({ id: busId, place: { busId, gatewayId } }),
    out,
  )
  decideAll(
    ...[tx, rulesOf(rules, isBuildingRule)],
    buildings.map((facts) => ({ facts, open: open.get(`building/${facts.buildingId}`) ?? NONE })),
    ({ buildingId }) => ({ id: buildingId, place: { buildingId } }),
    out,
  )
  await writeOutcome(tx, ids, complexId, out)
  const lasts = out.raise.length > 0 || open.size > 0
  if (!lasts) return
  await countBehind(tx, complexId, [
    ...behindGateways(parts, gateways),
    ...buses.map((one): Behind => ({ subjectKind: 'bus', subjectId: one.busId, n: one.silent })),
    ...buildings.map(
      ({ buildingId, silent }): Behind => ({
        ...{ subjectKind: 'building', subjectId: buildingId, n: silent },
      }),
    ),
  ])
}
