// Giving supplies a plan 电价分配, one or many, from a moment on. Their history stays: each supply
// keeps what it had up to then.

import type { Static } from 'typebox'
import type { Agreement } from '../approvals/require.ts'
import type { Assigned, Assignment, SupplyPlan } from '../http/contract/plans.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import { heldAgainstCap } from '../price-cap/check.ts'
import { chargedSince } from '../settlement/rerate-store.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import { supplyId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { afterPlanChanged } from './after-change.ts'
import { agreeOnAssignment } from './agree-price.ts'
import { type ComplexTime, effectiveAt } from './effective.ts'
import {
  lockPlan,
  type PlanKey,
  type PlanNames,
  type VersionRow,
  versionsOf,
} from './plan-store.ts'
import type { PermitBackdating, PlanDeps } from './plans.ts'
import { insertSupplyPlans, suppliesAt } from './supply-store.ts'
import { heldAt } from './versions.ts'

type Asked = Static<typeof Assignment>
const ITEMS_MAX = 1_000
const toId = ({ supplyId: id }: SupplyPlan) => supplyId(id)

/** Refuses: invalid_input where not exactly one of the two is named, not_found. */
const supplied = async (
  tx: Tx,
  plan: PlanKey & ComplexTime,
  at: Instant,
  { supplyIds, fromPlanId }: Pick<Asked, 'supplyIds' | 'fromPlanId'>,
): Promise<SupplyPlan[]> => {
  const both = (supplyIds === undefined) === (fromPlanId === undefined)
  refuseIf(both, 'invalid_input', { where: 'body', field: 'supplyIds', rule: 'one' })
  if (supplyIds === undefined) return suppliesAt(tx, plan, at, { planId: fromPlanId ?? 0 })
  const found = await suppliesAt(tx, plan, at, { supplyIds })
  const missing = supplyIds.find((id) => !found.some((one) => one.supplyId === id))
  if (missing !== undefined) throw new Refusal('not_found', { supplyId: missing })
  return found
}

/** What holds at that moment. Refuses: plan_retired, plan_not_in_force. */
const usable = async (tx: Tx, plan: PlanKey, at: Instant) => {
  const names = await lockPlan(tx, plan)
  if (!names) throw new Refusal('not_found', { planId: plan.planId })
  refuseIf(names.retiredAt !== null, 'plan_retired', { plan: names.name })
  const held = heldAt(await versionsOf(tx, plan), at)
  if (held === null) throw new Refusal('plan_not_in_force', { plan: names.name })
  return { names, version: held }
}

/** Who gets the plan and from when; nothing but the assignment itself is written. */
export type Laid = {
  since: Instant
  backdated: boolean
  /** As they stood before. */
  changed: SupplyPlan[]
  names: PlanNames
  version: VersionRow
  all: SupplyPlan[]
  cap: Assigned['cap']
}

/**
 * Writes the assignment.
 * Refuses: invalid_input, not_found, plan_retired, plan_not_in_force, capacity_required,
 * not_permitted, price_above_cap.
 */
export const layAssignment = async (
  tx: Tx,
  plan: PlanKey & ComplexTime,
  asked: Omit<Asked, 'dryRun'>,
  permitBackdating: PermitBackdating,
): Promise<Laid> => {
  const { complexId, planId } = plan
  const since = effectiveAt(asked.effectiveFrom, plan)
  const { names, version } = await usable(tx, plan, since)
  const { definition } = version
  const backdated = since < tx.now
  if (backdated) permitBackdating()
  const all = await supplied(tx, plan, since, asked)
  const capacityOf = (one: SupplyPlan) => asked.capacityVa ?? one.capacityVa
  const changed = all.filter((one) => one.planId !== planId || capacityOf(one) !== one.capacityVa)
  const byCapacity = definition.basic?.kind === 'capacity'
  const short = byCapacity ? changed.find((one) => capacityOf(one) === null) : undefined
  if (short) throw new Refusal('capacity_required', { supplyId: short.supplyId })
  const supplyIds = changed.map((one) => one.supplyId)
  const cap = await heldAgainstCap(tx, plan, { definition, since, supplyIds })
  const { note = '' } = asked
  await insertSupplyPlans(tx, {
    ...{ complexId, planId, since, note, backdated },
    supplies: changed.map((one) => ({
      supplyId: supplyId(one.supplyId),
      capacityVa: capacityOf(one),
    })),
  })
  return { since, backdated, changed, all, cap, names, version }
}

/**
 * Gives supplies the plan from a moment on. A moment that has passed needs `permitBackdating`;
 * where something was charged since, `rerates` says so.
 * Refuses: what `layAssignment` refuses, approval_required, approval_not_valid.
 */
export const assignPlan = async (
  tx: Tx,
  { ids }: PlanDeps,
  plan: PlanKey & ComplexTime,
  asked: Asked,
  permitBackdating: PermitBackdating,
  agreement: Agreement = {},
): Promise<Assigned> => {
  const { complexId, planId, zone } = plan
  const laid = await layAssignment(tx, plan, asked, permitBackdating)
  const { since, backdated, changed, all, cap } = laid
  const { capacityVa } = asked
  const { approved, need } = await agreeOnAssignment(
    tx,
    ids,
    plan,
    { ...laid, capacityVa },
    agreement,
  )
  const { note = '' } = asked
  const charged = () => chargedSince(tx, complexId, since, changed.map(toId))
  const rerates = backdated ? await charged() : 0
  const effectiveFrom = rfc3339(since, zone)
  if (changed.length > 0) {
    const before = changed.map((one) => ({ supplyId: one.supplyId, planId: one.planId }))
    const approvedBy = approved?.by
    const after = { planId, effectiveFrom, note, backdated, supplies: changed.length, approvedBy }
    const subject = `plan/${planId}`
    await audit(tx, ids, { complexId, action: 'plan.assign', subject, before, after })
    await afterPlanChanged(tx, ids, { complexId, planId, since })
  }
  return {
    ...{ dryRun: asked.dryRun ?? false, effectiveFrom, backdated },
    supplies: changed.length,
    accounts: new Set(changed.map((one) => one.accountId)).size,
    unchanged: all.length - changed.length,
    rerates,
    cap,
    approval: agreement.dryRun ? need : null,
    items: changed.slice(0, ITEMS_MAX),
  }
}
