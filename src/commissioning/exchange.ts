// Exchanging the points of two meters 互换计量点: where a check showed that each stands before the
// other's shop, the registers follow the wires. Only while nobody is supplied there: afterwards
// money and history hang on the points, and the wires must follow the registers.

import type { Static } from 'typebox'
import type { ExchangeRequest } from '../http/contract/commissioning.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { meterId, type Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { insertStep, lockCheck, suppliedBy } from './check-store.ts'
import { openCheck } from './checks.ts'
import { crossInstallations, lockHung } from './exchange-store.ts'

/**
 * Errors: Refusal not_found, check_ended, premises_occupied (a supply is open on one of them),
 * request_id_reused.
 */
export const exchangePoints = (
  { db, ids }: { db: Db; ids: Ids },
  scope: Scope,
  requestId: string,
  checkId: Uuid,
  asked: Static<typeof ExchangeRequest>,
): Promise<Uuid> => {
  const complexId = async (tx: Tx) => {
    const found = await lockCheck(tx, checkId)
    if (!found) throw new Refusal('not_found', { checkId })
    return found.complexId
  }
  const content = { checkId, ...asked }
  const name = { complexId, requestId, operation: 'commissioning.exchange', content }
  return once(db, scope, name, async (tx) => {
    const check = await openCheck(tx, checkId)
    const other = meterId(asked.withMeterId)
    refuseIf(other === check.meterId, 'invalid_input', { where: 'body', field: 'withMeterId' })
    const hung = await lockHung(tx, check.complexId, [check.meterId, other])
    const [first, second] = [check.meterId, other].map((id) =>
      hung.find((one) => one.meterId === id),
    )
    if (!first || !second) throw new Refusal('not_found', { field: 'withMeterId' })
    for (const id of [check.meterId, other]) {
      const supplied = await suppliedBy(tx, check.complexId, id)
      refuseIf(supplied !== null, 'premises_occupied', { meterId: id })
    }
    await crossInstallations(tx, check.complexId, [first, second])
    const facts = { withMeterId: other, points: [first.pointId, second.pointId] }
    const { note = '' } = asked
    await insertStep(tx, check, { step: 'exchange', result: 'noted', reason: '', facts, note })
    const subject = `meter/${check.meterId}`
    const said = { complexId: check.complexId, action: 'commissioning.exchange' as const, subject }
    await audit(tx, ids, { ...said, after: { checkId, ...facts, note } })
    return checkId
  })
}
