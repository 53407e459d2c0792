// The history of a plan 版本历史, PURE: which version held when, and what each changed when saved.

import type { PlanVersion } from '../http/contract/plans.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import { type PlanChange, planChanges } from './difference.ts'
import type { VersionRow } from './plan-store.ts'

/** The version that holds at a moment; null where none has begun. */
export const heldAt = (versions: readonly VersionRow[], at: Instant): VersionRow | null =>
  versions.reduce<VersionRow | null>((best, one) => {
    if (one.effectiveFrom > at || (one.endsAt !== null && one.endsAt <= at)) return best
    if (best === null || one.effectiveFrom > best.effectiveFrom) return one
    return one.effectiveFrom === best.effectiveFrom && one.version > best.version ? one : best
  }, null)

/** What a version changes for its first moment, as things stood when it was saved. */
export const changesOf = (
  versions: readonly VersionRow[],
  {
    version,
    effectiveFrom,
    definition,
  }: Pick<VersionRow, 'version' | 'effectiveFrom' | 'definition'>,
): PlanChange[] => {
  const earlier = versions.filter((one) => one.version < version)
  return planChanges(heldAt(earlier, effectiveFrom)?.definition ?? null, definition)
}

const untilOf = (versions: readonly VersionRow[], of: VersionRow): Instant | null => {
  // What holds for one month only replaces nothing that goes on after it.
  const lasting = of.endsAt === null ? versions.filter((one) => one.endsAt === null) : versions
  const replaced = lasting.some(
    (one) => one.effectiveFrom === of.effectiveFrom && one.version > of.version,
  )
  if (replaced) return of.effectiveFrom
  if (of.endsAt !== null) return of.endsAt
  return lasting.reduce<Instant | null>(
    (next, { effectiveFrom }) =>
      effectiveFrom > of.effectiveFrom && (next === null || effectiveFrom < next)
        ? effectiveFrom
        : next,
    null,
  )
}

/** As the screens show them, the latest saved first. */
export const historyOf = (versions: readonly VersionRow[], zone: string): PlanVersion[] =>
  versions.toReversed().map((one) => {
    const { version, definition, note, savedBy, backdated } = one
    const until = untilOf(versions, one)
    return {
      ...{ version, definition, note, savedBy, backdated },
      effectiveFrom: rfc3339(one.effectiveFrom, zone),
      until: until === null ? null : rfc3339(until, zone),
      savedAt: one.savedAt === null ? null : rfc3339(one.savedAt, zone),
      changes: changesOf(versions, one),
    }
  })
