// Scope 数据范围: what an operator may see. Complexes go to row-level security with every transaction.

import type { Scope } from '../ports/database.ts'
import type { ComplexId, OperatorId } from '../shared/ids.ts'

/** Null complexes: every complex of the installation. */
export const scopeOf = (
  operator: { operatorId: OperatorId; complexes: readonly ComplexId[] | null },
  from: string,
): Scope => ({ complexes: operator.complexes ?? 'all', operator: operator.operatorId, from })

/** The log-in has no operator yet and must find any; nothing else runs with it. */
export const logInScope = (from: string): Scope => ({ complexes: 'all', operator: null, from })
