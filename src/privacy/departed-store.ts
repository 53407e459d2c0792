// Tenants who left 已离场商户, as SQL: who has no open account any more, and what is kept of him.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, TenantId } from '../shared/ids.ts'

export type DepartedRow = {
  tenantId: TenantId
  name: string
  nameEn: string
  phoneHead: string
  phoneTail: string | null
  contact: string
  licenceNo: string
  note: string
  /** Closed; of one that was handed over with its money he is owed nothing. */
  closedIds: AccountId[]
  accountNos: string[]
  leftAt: Instant
  dueAt: Instant | null
  erasedAt: Instant | null
}

const GONE = `
  select t.tenant_id as "tenantId", t.name, t.name_en as "nameEn", t.phone_head as "phoneHead",
    t.phone_tail as "phoneTail", t.contact, t.licence_no as "licenceNo", t.note,
    t.erased_at as "erasedAt", h.closed as "closedIds", h.nos as "accountNos",
    h.left_at as "leftAt",
    h.left_at + make_interval(months => r.departed_months) as "dueAt"
  from tenant t
  join lateral (
    select array_agg(distinct a.no) as nos,
      coalesce(array_agg(distinct a.account_id) filter (where a.closed_at is not null), '{}')
        as closed,
      max(at.until) as left_at, bool_or(at.until is null) as stays
    from account_tenant at
    join account a on a.complex_id = at.complex_id and a.account_id = at.account_id
    where at.complex_id = t.complex_id and at.tenant_id = t.tenant_id
  ) h on h.left_at is not null and not h.stays
  left join retention r on r.complex_id = t.complex_id
  where t.complex_id = $1`

/** The newest id first, below `before`; `search` is a part of a name, or an account's number. */
export const listDeparted = (
  tx: Tx,
  complex: ComplexId,
  asked: { search: string | null; before: number | null; limit: number },
): Promise<DepartedRow[]> =>
  tx.query<DepartedRow>(
    `${GONE} and ($2::integer is null or t.tenant_id < $2)
       and ($3::text is null or strpos(lower(t.name), lower($3)) > 0 or $3 = any (h.nos))
     order by t.tenant_id desc limit $4`,
    [complex, asked.before, asked.search, asked.limit],
  )

/** Null where he is not known, or not gone. */
export const findDeparted = async (
  tx: Tx,
  complex: ComplexId,
  tenant: TenantId,
): Promise<DepartedRow | null> => {
  await tx.query('select from tenant where complex_id = $1 and tenant_id = $2 for no key update', [
    complex,
    tenant,
  ])
  const rows = await tx.query<DepartedRow>(`${GONE} and t.tenant_id = $2`, [complex, tenant])
  return rows[0] ?? null
}

/** Whose time is up, and who is there still. */
export const dueForErasure = async (
  tx: Tx,
  complex: ComplexId,
  after: number,
  limit: number,
): Promise<TenantId[]> => {
  const rows = await tx.query<{ id: TenantId }>(
    `select g."tenantId" as id from (${GONE}) g
     where g."erasedAt" is null and g."dueAt" <= $2 and g."tenantId" > $3
     order by 1 limit $4`,
    [complex, sqlTime(tx.now), after, limit],
  )
  return rows.map(({ id }) => id)
}

const OF_HIM = `
  select count(*)::int as n from account_tenant at
  join (select complex_id, account_id, at as day, receipt from sale
        union all select complex_id, account_id, at, receipt from payout) d
    on d.complex_id = at.complex_id and d.account_id = at.account_id and d.day >= at.since
      and d.day <= coalesce(at.until, 'infinity') + interval '1 day'
  where at.complex_id = $1 and at.tenant_id = $2
    and strpos(d.receipt::text, to_json($3::text)::text) > 0`

/** Receipts and vouchers that name him. */
export const documentsOf = async (
  tx: Tx,
  complex: ComplexId,
  { tenantId, name }: DepartedRow,
): Promise<number> => {
  const rows = await tx.query<{ n: number }>(OF_HIM, [complex, tenantId, name])
  return rows[0]?.n ?? 0
}

export const writeErased = async (
  tx: Tx,
  complex: ComplexId,
  { tenantId, name }: DepartedRow,
  reference: string,
): Promise<void> => {
  await tx.query('select erase_name($1, $2, $3, $4)', [complex, tenantId, name, reference])
  await tx.query(
    `update tenant set name = $3, name_en = $3, pinyin = '', contact = '', licence_no = '',
       note = '', phone_sealed = null, phone_index = null, phone_head = '', phone_tail = null,
       erased_at = $4
     where complex_id = $1 and tenant_id = $2`,
    [complex, tenantId, reference, sqlTime(tx.now)],
  )
}
