// Which changes of a price a second person agrees to 调价复核: the dearest price of a plan moves by
// more than the complex has set, or it is for a time that has passed. What held before is part of
// it.

import { type Agreement, agreeOn, isAbove, needWhere } from '../approvals/require.ts'
import { approvalSettings } from '../approvals/settings-store.ts'
import type { ApprovalNeed } from '../http/contract/approval-need.ts'
import type { ApprovalChange, ApprovalSettings } from '../http/contract/approvals.ts'
import type { SupplyPlan } from '../http/contract/plans.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import { type PlanId, planId as planIdOf } from '../shared/ids.ts'
import { extremes } from '../tariff/extremes.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import type { ComplexTime } from './effective.ts'
import { type PlanKey, type PlanNames, type VersionRow, versionsOf } from './plan-store.ts'
import { heldAt } from './versions.ts'

type Prices = { before: PlanDefinition | null; after: PlanDefinition }

/** By how many per cent, up or down, rounded up; null: from nothing, or from a price of nothing. */
const movedPercent = ({ before, after }: Prices): number | null => {
  if (before === null) return null
  const [was, is] = [extremes(before).dearestE8, extremes(after).dearestE8]
  if (was === is) return 0
  return was === 0 ? null : Math.ceil((Math.abs(is - was) * 100) / was)
}

const needFor = (
  settings: ApprovalSettings,
  moves: readonly (number | null)[],
  backdated: boolean,
): ApprovalNeed | null => {
  const past = needWhere(settings.backdated && backdated, 'backdated')
  const { pricePercent: countLimit } = settings
  const most = moves.includes(null) ? null : Math.max(0, ...moves.map((move) => move ?? 0))
  if (past !== null || countLimit === null || moves.length === 0) return past
  if (!isAbove(countLimit, most)) return null
  const count = most === null ? {} : { count: most }
  return { why: 'percent', amountFen: null, limitFen: null, countLimit, ...count }
}

const pricesChange = ({ before, after }: Prices): ApprovalChange[] => {
  const was = before && extremes(before)
  const is = extremes(after)
  return (['dearestE8', 'cheapestE8'] as const).map((field) => ({
    ...{ field, as: 'priceE8' as const },
    ...{ before: was?.[field] ?? null, after: is[field] },
  }))
}

const fromWhen = (since: Instant, zone: string): ApprovalChange => ({
  ...{ field: 'effectiveFrom', as: 'time', before: null, after: rfc3339(since, zone) },
})

export type NewPrice = {
  names: PlanNames
  definition: PlanDefinition
  since: Instant
  backdated: boolean
  /** What held at that moment. */
  held: VersionRow | null
  /** What has changed of it, and for how many. */
  supplies: number
}

/** Refuses: approval_required, approval_not_valid. */
export const agreeOnVersion = async (
  tx: Tx,
  ids: Ids,
  plan: PlanKey & ComplexTime,
  price: NewPrice,
  agreement: Agreement,
) => {
  const { complexId, planId, zone } = plan
  const { names, definition, since, backdated, held, supplies } = price
  const prices = { before: held?.definition ?? null, after: definition }
  const settings = await approvalSettings(tx, complexId)
  const wanted = {
    operation: 'plan.version' as const,
    // A plan that nobody has, and that held nothing, changes no price.
    need: needFor(settings, held === null ? [] : [movedPercent(prices)], backdated),
    content: { planId, effectiveFrom: since, definition, backdated, before: held?.version },
    summary: { planId, plan: names.name, planEn: names.nameEn, supplies },
    changes: [...pricesChange(prices), fromWhen(since, zone)],
  }
  return agreeOn(tx, ids, complexId, wanted, agreement)
}

export type NewAssignment = {
  names: PlanNames
  version: VersionRow
  since: Instant
  backdated: boolean
  capacityVa: number | undefined
  changed: readonly SupplyPlan[]
}

/** What those plans were at that moment, each once. */
const replacedBy = async (tx: Tx, plan: PlanKey, { changed, since }: NewAssignment) => {
  const plans = [...new Set(changed.map((one) => one.planId))]
  const held = new Map<number, PlanDefinition | null>()
  for (const id of plans) {
    const planId: PlanId = planIdOf(id)
    held.set(id, heldAt(await versionsOf(tx, { ...plan, planId }), since)?.definition ?? null)
  }
  return held
}

/** The dearest that any of them has had, against what all will have. */
const dearestOf = (definitions: readonly (PlanDefinition | null)[]): number | null =>
  definitions.reduce<number | null>((most, one) => {
    const dearest = one === null ? null : extremes(one).dearestE8
    return dearest === null || (most !== null && most > dearest) ? most : dearest
  }, null)

/** Refuses: approval_required, approval_not_valid. */
export const agreeOnAssignment = async (
  tx: Tx,
  ids: Ids,
  plan: PlanKey & ComplexTime,
  assignment: NewAssignment,
  agreement: Agreement,
) => {
  const { complexId, planId, zone } = plan
  const { names, version, since, backdated, capacityVa, changed } = assignment
  if (changed.length === 0) return { approved: null, need: null }
  const replaced = await replacedBy(tx, plan, assignment)
  const after = version.definition
  const moves = [...replaced.values()].map((before) => movedPercent({ before, after }))
  const settings = await approvalSettings(tx, complexId)
  const supplies = changed
    .map((one) => [one.supplyId, one.planId])
    .sort(([a = 0], [b = 0]) => a - b)
  const wanted = {
    operation: 'plan.assign' as const,
    need: needFor(settings, moves, backdated),
    content: {
      ...{ planId, version: version.version, effectiveFrom: since, backdated },
      ...{ supplies, capacityVa },
    },
    summary: { planId, plan: names.name, planEn: names.nameEn, supplies: changed.length },
    changes: [
      {
        ...{ field: 'dearestE8', as: 'priceE8' as const },
        ...{ before: dearestOf([...replaced.values()]), after: extremes(after).dearestE8 },
      },
      fromWhen(since, zone),
    ],
  }
  return agreeOn(tx, ids, complexId, wanted, agreement)
}
