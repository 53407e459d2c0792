// What a machine's token reaches 令牌范围, pure: what it was given, and of that only what its maker may
// today. Taking a right from a person takes it from all that he let in.

import type { BuildingId, ComplexId } from '../shared/ids.ts'
import type { Rights } from './authority.ts'

type Reach = {
  permissions: string[]
  complexes: ComplexId[] | null
  buildings: BuildingId[] | null
}

/** Null is all: what both have. */
const both = <T>(a: readonly T[] | null, b: readonly T[] | null): T[] | null => {
  if (a === null) return b === null ? null : [...b]
  return b === null ? [...a] : a.filter((each) => b.includes(each))
}

export const reachOfToken = (person: Rights, given: Reach): Reach => {
  const held = new Set(person.permissions)
  return {
    permissions: given.permissions.filter((permission) => held.has(permission)),
    complexes: both(person.complexes, given.complexes),
    buildings: both(person.buildings, given.buildings),
  }
}
