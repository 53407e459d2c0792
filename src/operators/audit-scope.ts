// Audit rows of what happens to an operator 操作员日志: one in each of his complexes.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, OperatorId } from '../shared/ids.ts'
import { type AuditEntry, audit } from './audit-log.ts'
import { complexesOf } from './operator-store.ts'

/** Audit rows belong to a complex; what happens to an operator is written in each of his. */
export const auditInScope = async (
  tx: Tx,
  deps: { ids: Ids },
  operator: { operatorId: OperatorId; complexes: readonly ComplexId[] | null },
  done: Pick<AuditEntry, 'action' | 'before' | 'after'>,
): Promise<void> => {
  const subject = `operator/${operator.operatorId}`
  for (const complexId of await complexesOf(tx, operator.complexes))
    await audit(tx, deps.ids, { complexId, subject, ...done })
}
