// Who may give what 授权规则, pure: nobody gives, changes or takes over more than he has himself, so
// that no chain of changes ends with more rights than its first link had.

import type { BuildingId, ComplexId } from '../shared/ids.ts'
import { type Facts, Refusal } from '../shared/refusal.ts'

export type Rights = {
  permissions: Iterable<string>
  /** Null: every complex. */
  complexes: readonly ComplexId[] | null
  /** Null: every building of those complexes. */
  buildings: readonly BuildingId[] | null
}

/** What `other` has and `own` has not; undefined where there is nothing. */
const lacking = <T>(
  own: readonly T[] | null,
  other: readonly T[] | null,
): T | 'all' | undefined => {
  if (own === null) return undefined
  if (other === null) return 'all'
  return other.find((each) => !own.includes(each))
}

/** The first thing in which `other` reaches beyond `own`; null where it does not. */
export const beyond = (own: Rights, other: Rights): Facts | null => {
  const held = new Set(own.permissions)
  for (const permission of other.permissions) if (!held.has(permission)) return { permission }
  const complexId = lacking(own.complexes, other.complexes)
  if (complexId !== undefined) return { complexId }
  const buildingId = lacking(own.buildings, other.buildings)
  return buildingId === undefined ? null : { buildingId }
}

/** Refuses: beyond_own_rights, naming the first thing that is too much. */
export const refuseBeyond = (own: Rights, other: Rights): void => {
  const facts = beyond(own, other)
  if (facts) throw new Refusal('beyond_own_rights', facts)
}
