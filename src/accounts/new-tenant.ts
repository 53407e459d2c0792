// New tenants 商户登记: the name with its initials, the phone sealed.

import type { OpenAccount } from '../http/contract.ts'
import type { Tx } from '../ports/database.ts'
import { tenantPhonePlace } from '../secrets/places.ts'
import type { Sealer, Vault } from '../secrets/vault.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId, TenantId } from '../shared/ids.ts'
import { initials } from '../shared/initials.ts'
import { type PhoneEnds, phoneEnds } from '../shared/phone.ts'

export type NamedTenant = OpenAccount['tenant']

export type SealedPhone = PhoneEnds & { sealed: Buffer; index: Buffer }

export const sealedPhone = (
  sealer: Sealer,
  complex: ComplexId,
  tenant: TenantId,
  phone: string,
): SealedPhone => ({
  sealed: sealer.seal(tenantPhonePlace(complex, tenant), Buffer.from(phone)),
  index: sealer.blindIndex(phone),
  ...phoneEnds(phone),
})

const DRAW = `
  select nextval(pg_get_serial_sequence('tenant', 'tenant_id'))::integer as id
  from generate_series(1, $1::integer)`

const INSERT = `
  insert into tenant (complex_id, tenant_id, name, pinyin, phone_sealed, phone_index, phone_head,
    phone_tail)
  select $1, * from unnest($2::integer[], $3::text[], $4::text[], $5::bytea[], $6::bytea[],
    $7::text[], $8::text[])`

/** Their ids, in the order of `tenants`. */
export const newTenants = async (
  tx: Tx,
  deps: { vault: Vault },
  complex: ComplexId,
  tenants: readonly NamedTenant[],
): Promise<TenantId[]> => {
  if (tenants.length === 0) return []
  const hasPhone = tenants.some(({ phone }) => phone !== undefined)
  const sealer = hasPhone ? await deps.vault.sealer(tx, complex) : null
  // A sealed phone names its tenant, so the ids come first.
  const ids = (await tx.query<{ id: TenantId }>(DRAW, [tenants.length], 'kept')).map(({ id }) => id)
  const phones = tenants.map(({ phone }, at) =>
    phone === undefined || !sealer
      ? null
      : sealedPhone(sealer, complex, must(ids[at], 'each has its id'), phone),
  )
  await tx.query(
    INSERT,
    [
      complex,
      ids,
      tenants.map(({ name }) => name),
      tenants.map(({ name }) => initials(name)),
      phones.map((phone) => phone?.sealed ?? null),
      phones.map((phone) => phone?.index ?? null),
      phones.map((phone) => phone?.head ?? ''),
      phones.map((phone) => phone?.tail ?? null),
    ],
    'kept',
  )
  return ids
}

export const newTenant = async (
  tx: Tx,
  deps: { vault: Vault },
  complex: ComplexId,
  tenant: NamedTenant,
): Promise<TenantId> =>
  must((await newTenants(tx, deps, complex, [tenant]))[0], 'the tenant was written')
