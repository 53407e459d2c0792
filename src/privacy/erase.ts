// Erasing who left 清除个人信息: his name becomes a reference, his phone and notes go; what he paid and
// used stays. The log keeps that it was done, and what was written in it before.

import { unclaimedPayable } from '../accounts/payable-store.ts'
import type { Erased } from '../http/contract/privacy.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, TenantId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { type DepartedRow, documentsOf, findDeparted, writeErased } from './departed-store.ts'

const DIGITS = 6

/** What stands for a tenant once he is erased. */
export const referenceOf = (tenant: TenantId): string => `T-${String(tenant).padStart(DIGITS, '0')}`

const fieldsOf = (row: DepartedRow): string[] =>
  [
    ['name', row.name],
    ['nameEn', row.nameEn],
    ['phone', row.phoneTail ?? ''],
    ['contact', row.contact],
    ['licenceNo', row.licenceNo],
    ['note', row.note],
  ].flatMap(([field = '', text]) => (text === '' ? [] : [field]))

/**
 * Refuses: tenant_not_departed (he has an account, or is not known), tenant_erased,
 * tenant_has_money (something is still to be paid to him).
 */
export const eraseTenant = async (
  tx: Tx,
  deps: { ids: Ids },
  complexId: ComplexId,
  asked: { tenantId: TenantId; dryRun: boolean },
): Promise<Erased> => {
  const { tenantId, dryRun } = asked
  const row = await findDeparted(tx, complexId, tenantId)
  if (!row) throw new Refusal('tenant_not_departed', { tenantId })
  refuseIf(row.erasedAt !== null, 'tenant_erased', { tenantId })
  for (const accountId of row.closedIds) {
    const amountFen = await unclaimedPayable(tx, complexId, accountId)
    refuseIf(amountFen > 0, 'tenant_has_money', { amountFen })
  }
  const reference = referenceOf(tenantId)
  const erased = {
    reference,
    fields: fieldsOf(row),
    documents: await documentsOf(tx, complexId, row),
  }
  if (dryRun) return { ...erased, dryRun }
  await writeErased(tx, complexId, row, reference)
  await audit(tx, deps.ids, {
    complexId,
    action: 'privacy.erase',
    subject: `tenant/${tenantId}`,
    after: erased,
  })
  return { ...erased, dryRun }
}
