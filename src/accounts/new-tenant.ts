// New tenants 商户登记: the name with its initials, the phone sealed.

import type { OpenAccount } from '../http/contract.ts'
import type { Tx } from '../ports/database.ts'
import type { Vault } from '../secrets/vault.ts'
import { phoneAad } from '../secrets/vault.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId, TenantId } from '../shared/ids.ts'
import { initials } from '../shared/initials.ts'

export type NamedTenant = OpenAccount['tenant']

export const sealedPhone = (deps: { vault: Vault }, complex: ComplexId, phone: string) => ({
  sealed: deps.vault.seal(phoneAad(complex), Buffer.from(phone)),
  index: deps.vault.blindIndex(phone),
  tail: phone.slice(-4),
})

// Identities are drawn in the order of the rows, so that the smallest is the first one's.
const INSERT = `
  with t as (
    insert into tenant (complex_id, name, pinyin, phone_sealed, phone_index, phone_tail)
    select $1, name, initials, sealed, index, tail
    from unnest($2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[])
      with ordinality as said(name, initials, sealed, index, tail, n)
    order by n returning tenant_id
  )
  select tenant_id as id from t order by tenant_id`

/** Their ids, in the order of `tenants`. */
export const newTenants = async (
  tx: Tx,
  deps: { vault: Vault },
  complex: ComplexId,
  tenants: readonly NamedTenant[],
): Promise<TenantId[]> => {
  if (tenants.length === 0) return []
  const phones = tenants.map(({ phone }) =>
    phone === undefined ? null : sealedPhone(deps, complex, phone),
  )
  const rows = await tx.query<{ id: TenantId }>(
    INSERT,
    [
      complex,
      tenants.map(({ name }) => name),
      tenants.map(({ name }) => initials(name)),
      phones.map((phone) => phone?.sealed ?? null),
      phones.map((phone) => phone?.index ?? null),
      phones.map((phone) => phone?.tail ?? null),
    ],
    'kept',
  )
  return rows.map(({ id }) => id)
}

export const newTenant = async (
  tx: Tx,
  deps: { vault: Vault },
  complex: ComplexId,
  tenant: NamedTenant,
): Promise<TenantId> =>
  must((await newTenants(tx, deps, complex, [tenant]))[0], 'the tenant was written')
