// Scope 数据范围: what an operator may see. Complexes and buildings both go to row-level security with
// every transaction, so that no list, report or look-up by id can forget them.

import type { Scope } from '../ports/database.ts'
import type { BuildingId, ComplexId, OperatorId } from '../shared/ids.ts'
import { isPermission, type Permission, reachesWholeComplex } from './permissions.ts'

export type Reach = {
  /** Null: every complex of the installation. */
  complexes: readonly ComplexId[] | null
  /** Null: every building of those complexes. */
  buildings: readonly BuildingId[] | null
}

export const scopeOf = (operator: Reach & { operatorId: OperatorId }, from: string): Scope => ({
  complexes: operator.complexes ?? 'all',
  ...(operator.buildings === null ? {} : { buildings: operator.buildings }),
  operator: operator.operatorId,
  from,
})

/**
 * What he may do: of the permissions of his role, those that fit his reach. Sums, closes and
 * settings of a whole complex are not for somebody who sees some of its buildings.
 */
export const permitted = (codes: readonly string[], reach: Reach): ReadonlySet<Permission> =>
  new Set(
    codes
      .filter(isPermission)
      .filter((permission) => reach.buildings === null || !reachesWholeComplex(permission)),
  )

/** The log-in has no operator yet and must find any; nothing else runs with it. */
export const logInScope = (from: string): Scope => ({ complexes: 'all', operator: null, from })
