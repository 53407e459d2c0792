// Audit of the books 审计: every invariant that the data can show, as one function, used by the
// command line, the tests and the simulator.

import type { Db, Tx } from '../ports/database.ts'
import { systemScope } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import { auditChains } from './audit-chains.ts'
import { CONTROL_CHECKS } from './audit-checks/control.ts'
import { DELIVERY_CHECKS } from './audit-checks/delivery.ts'
import { MONEY_CHECKS } from './audit-checks/money.ts'
import { breaches, complexIds } from './audit-store.ts'
import type { Finding } from './finding.ts'

/** Every check but the chains, which each audit walks first. */
export const CHECKS = [...MONEY_CHECKS, ...DELIVERY_CHECKS, ...CONTROL_CHECKS] as const

/** Every breach that this transaction sees in one complex. */
export const auditIn = async (tx: Tx, complexId: ComplexId): Promise<Finding[]> => {
  // One snapshot for all of it: sales may go on meanwhile.
  const findings = await auditChains(tx, complexId)
  for (const check of CHECKS) {
    const { invariant, zh, en } = check
    for (const what of await breaches(tx, complexId, check))
      findings.push({ complexId, invariant, what, zh, en })
  }
  return findings
}

/** Every breach found in one complex. */
export const auditComplex = (db: Db, complexId: ComplexId): Promise<Finding[]> =>
  db.as(systemScope('audit', [complexId]), (tx) => auditIn(tx, complexId), 'snapshot')

/** Every breach found, none when the books are sound. */
export const auditBooks = async (db: Db): Promise<Finding[]> => {
  const all = await db.as(systemScope('audit'), complexIds)
  const findings: Finding[] = []
  for (const complexId of all) findings.push(...(await auditComplex(db, complexId)))
  return findings
}
