// Showing a phone 查看电话: the one place where a whole number leaves the vault. Who looked, and whose
// it was, is in the log.

import type { ShownPhone } from '../http/contract/privacy.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { tenantPhonePlace } from '../secrets/places.ts'
import type { Vault } from '../secrets/vault.ts'
import type { AccountId, ComplexId, TenantId } from '../shared/ids.ts'
import { maskedPhone, phoneEnds } from '../shared/phone.ts'
import { Refusal } from '../shared/refusal.ts'
import type { LifeDeps } from './close.ts'
import { tenantOfAccount } from './edit-store.ts'
import { placeOfAccount } from './read-store.ts'

/** Null where there is none. */
export const openPhone = async (
  tx: Tx,
  { vault }: { vault: Vault },
  complex: ComplexId,
  tenant: TenantId,
): Promise<string | null> => {
  const rows = await tx.query<{ sealed: Buffer | null }>(
    'select phone_sealed as sealed from tenant where complex_id = $1 and tenant_id = $2',
    [complex, tenant],
  )
  const sealed = rows[0]?.sealed
  if (!sealed) return null
  const open = await vault.opener(tx, complex)
  return open(tenantPhonePlace(complex, tenant), sealed).toString()
}

/** Refuses: not_found. */
export const showPhone = (
  deps: LifeDeps,
  scope: Scope,
  asked: { accountId: AccountId; within: number | null },
): Promise<ShownPhone> =>
  deps.db.as(scope, async (tx) => {
    const { accountId } = asked
    const place = await placeOfAccount(tx, accountId, asked.within)
    const tenant = place && (await tenantOfAccount(tx, place.complexId, accountId))
    if (!place || !tenant) throw new Refusal('not_found', { accountId })
    const { complexId } = place
    const { tenantId } = tenant
    const phone = await openPhone(tx, deps, complexId, tenantId)
    if (phone === null) return { phone }
    const { head, tail } = phoneEnds(phone)
    await audit(tx, deps.ids, {
      complexId,
      action: 'account.showPhone',
      subject: `account/${accountId}`,
      after: { tenantId, phone: maskedPhone(head, tail) },
    })
    return { phone }
  })
