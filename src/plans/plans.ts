// Making and changing plans 电价方案维护, under audit. A version is saved only when it is complete; it is
// never changed afterwards, a later one takes its place.

import type { Static } from 'typebox'
import type { Agreement } from '../approvals/require.ts'
import type { NewPlan, NewVersion, PlanNaming, SavedVersion } from '../http/contract/plans.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { heldAgainstCap } from '../price-cap/check.ts'
import { reachedByVersions } from '../settlement/rerate-store.ts'
import { type Instant, instant, rfc3339 } from '../shared/clock.ts'
import type { ComplexId, PlanId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { checkPlan } from '../tariff/check.ts'
import { extremes } from '../tariff/extremes.ts'
import { faultText } from '../tariff/fault-text.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { afterPlanChanged } from './after-change.ts'
import { agreeOnVersion } from './agree-price.ts'
import { type ComplexTime, effectiveAt } from './effective.ts'
import {
  insertPlan,
  insertVersion,
  lockPlan,
  type PlanKey,
  type PlanNames,
  updatePlan,
  usersOf,
  versionsOf,
} from './plan-store.ts'
import { suppliesAt } from './supply-store.ts'
import { changesOf, heldAt } from './versions.ts'

export type PlanDeps = { ids: Ids }
/** Whoever may change what has been charged; refuses the others. */
export type PermitBackdating = () => void

const MINUTE_MS = 60_000
const PLACES_MAX = 50

/** Refuses: plan_incomplete with the places, as paths and in words. */
export const refuseIncomplete = (definition: PlanDefinition): void => {
  const faults = checkPlan(definition)
  const named = faults.slice(0, PLACES_MAX)
  refuseIf(faults.length > 0, 'plan_incomplete', {
    count: faults.length,
    places: named.map(({ path }) => path).join(', '),
    zh: named.map((fault) => faultText(fault, definition, 'zh')).join('；'),
    en: named.map((fault) => faultText(fault, definition, 'en')).join('; '),
  })
}

/**
 * Refuses: plan_incomplete, invalid_input for a moment that is none, already_exists,
 * price_above_cap.
 */
export const createPlan = async (
  tx: Tx,
  { ids }: PlanDeps,
  complex: ComplexTime & { complexId: ComplexId },
  asked: Omit<Static<typeof NewPlan>, 'complexId'>,
): Promise<PlanId> => {
  const { definition, name, nameEn = '', note = '', effectiveFrom } = asked
  const { complexId } = complex
  refuseIncomplete(definition)
  const since =
    effectiveFrom === undefined
      ? instant(tx.now - (tx.now % MINUTE_MS))
      : effectiveAt(effectiveFrom, complex)
  await heldAgainstCap(tx, complex, { definition, since, supplyIds: [] })
  const planId = await insertPlan(tx, complexId, { name, nameEn })
  if (planId === null) throw new Refusal('already_exists', { field: 'name' })
  const version = { version: 1, since, definition, note, backdated: false }
  await insertVersion(tx, { complexId, planId, ...version, ...extremes(definition) })
  const after = { name, nameEn, effectiveFrom: rfc3339(since, complex.zone), definition, note }
  await audit(tx, ids, { complexId, action: 'plan.create', subject: `plan/${planId}`, after })
  return planId
}

/** Refuses: not_found, already_exists, plan_in_use where it would be retired. */
export const renamePlan = async (
  tx: Tx,
  { ids }: PlanDeps,
  key: PlanKey,
  { name, nameEn, retired }: Static<typeof PlanNaming>,
): Promise<void> => {
  const before = await lockPlan(tx, key)
  if (!before) throw new Refusal('not_found', { planId: key.planId })
  const retiredAt = retired === false ? null : (before.retiredAt ?? (retired ? tx.now : null))
  if (retired && before.retiredAt === null) {
    const { supplies } = await usersOf(tx, key, tx.now)
    refuseIf(supplies > 0, 'plan_in_use', { supplies })
  }
  const after: PlanNames = {
    name: name ?? before.name,
    nameEn: nameEn ?? before.nameEn,
    retiredAt,
  }
  const free = await updatePlan(tx, key, after)
  refuseIf(!free, 'already_exists', { field: 'name' })
  const { complexId, planId } = key
  const subject = `plan/${planId}`
  await audit(tx, ids, { complexId, action: 'plan.change', subject, before, after })
}

const isUsed = async (tx: Tx, key: PlanKey): Promise<boolean> =>
  (await usersOf(tx, key, instant(0))).supplies > 0

/**
 * Adds a version that holds from a moment on. One for a time that has passed, of a plan that
 * somebody has had, needs `permitBackdating`; where something was charged since, `rerates` says so.
 * Refuses: plan_incomplete, invalid_input, not_found, plan_retired, not_permitted,
 * price_above_cap, approval_required, approval_not_valid.
 */
export const addVersion = async (
  tx: Tx,
  { ids }: PlanDeps,
  plan: PlanKey & ComplexTime,
  asked: Static<typeof NewVersion>,
  permitBackdating: PermitBackdating,
  agreement: Agreement = {},
): Promise<SavedVersion> => {
  const { definition, note = '' } = asked
  const { complexId, planId, zone } = plan
  refuseIncomplete(definition)
  const since = effectiveAt(asked.effectiveFrom, plan)
  const names = await lockPlan(tx, plan)
  if (!names) throw new Refusal('not_found', { planId })
  refuseIf(names.retiredAt !== null, 'plan_retired', { plan: names.name })
  const backdated = since < tx.now && (await isUsed(tx, plan))
  if (backdated) permitBackdating()
  const supplyIds = (await suppliesAt(tx, plan, since, { planId })).map((one) => one.supplyId)
  const cap = await heldAgainstCap(tx, plan, { definition, since, supplyIds })
  const versions = await versionsOf(tx, plan)
  const users = await usersOf(tx, plan, since)
  const held = heldAt(versions, since)
  const price = { names, definition, since, backdated, held, supplies: users.supplies }
  const { approved, need } = await agreeOnVersion(tx, ids, plan, price, agreement)
  const version = (versions.at(-1)?.version ?? 0) + 1
  const row = { version, since, definition, note, backdated }
  await insertVersion(tx, { complexId, planId, ...row, ...extremes(definition) })
  const effectiveFrom = rfc3339(since, zone)
  const approvedBy = approved?.by
  await audit(tx, ids, {
    ...{ complexId, action: 'plan.version', subject: `plan/${planId}` },
    before: versionFacts(held, zone),
    after: { version, effectiveFrom, definition, note, backdated, ...users, approvedBy },
  })
  await afterPlanChanged(tx, ids, { complexId, planId, since })
  const changes = changesOf(versions, { version, effectiveFrom: since, definition })
  const reached = backdated ? await reachedByVersions(tx, complexId, [{ planId, version }]) : []
  const rerates = reached.length
  const approval = agreement.dryRun ? need : null
  return { version, effectiveFrom, backdated, rerates, ...users, changes, cap, approval }
}

const versionFacts = (
  held: { version: number; effectiveFrom: Instant; definition: PlanDefinition } | null,
  zone: string,
) =>
  held && {
    version: held.version,
    effectiveFrom: rfc3339(held.effectiveFrom, zone),
    definition: held.definition,
  }
