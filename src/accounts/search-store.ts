// Finding accounts 查找用户 with one box: shop number, meter number (full or its last six digits),
// phone, tenant name, pinyin initials. The best match comes first.

import type { Tx } from '../ports/database.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'

export type Sought = {
  text: string
  /** Blind indexes of the text, where it may be a whole phone number. */
  phoneIndexes: readonly Buffer[]
}

/** The text inside a LIKE pattern, where it stands for itself. */
export const likeText = (text: string): string => text.replace(/[\\%_]/g, (c) => `\\${c}`)

// Ranks: 4 the whole number, 3 its end, 2 its beginning, 1 a part of a name.
const RANK = `
  max(case
    when a.no = $2 or m.no = $2 or d.address = $2 or upper(pr.no) = upper($2)
      or t.phone_index = any ($3::bytea[]) then 4
    when t.phone_tail = $2 then 3
    when length($2) >= 6 and (right(m.no, length($2)) = $2 or right(d.address, length($2)) = $2)
      then 3
    when pr.no ilike $4 || '%' or t.pinyin like lower($4) || '%' or t.name ilike $4 || '%' then 2
    when t.name ilike '%' || $4 || '%' or t.name_en ilike '%' || $4 || '%'
      or pr.name ilike '%' || $4 || '%' or pr.name_en ilike '%' || $4 || '%'
      or t.pinyin like '%' || lower($4) || '%' then 1
    else 0
  end)`

const SEARCH = `
  with hit as (
    select a.account_id, ${RANK} as rank, min(pr.no) as place
    from account a
    left join account_tenant at on at.complex_id = a.complex_id
      and at.account_id = a.account_id and (at.until is null or at.until = a.closed_at)
    left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
    left join supply s on s.complex_id = a.complex_id and s.account_id = a.account_id
      and s.until is null
    left join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
      and i.until is null
    left join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
    left join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
    left join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
    left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
    where a.complex_id = $1 and ($5 = 'all' or (a.closed_at is null) = ($5 = 'open'))
      and ($8::integer[] is null or a.account_id = any ($8))
    group by a.account_id
  )
  select account_id as id from hit where rank > 0
  order by rank desc, place, account_id limit $6 offset $7`

export type Which = 'open' | 'closed' | 'all'

export const searchAccounts = async (
  tx: Tx,
  complex: ComplexId,
  sought: Sought,
  which: Which,
  page: { offset: number; limit: number; only: readonly AccountId[] | null },
): Promise<AccountId[]> => {
  const rows = await tx.query<{ id: AccountId }>(SEARCH, [
    complex,
    sought.text,
    sought.phoneIndexes,
    likeText(sought.text),
    which,
    page.limit,
    page.offset,
    page.only,
  ])
  return rows.map((row) => row.id)
}

export const listAccountIds = async (
  tx: Tx,
  complex: ComplexId,
  which: Which,
  page: { after: number; limit: number; only: readonly AccountId[] | null },
): Promise<AccountId[]> => {
  const rows = await tx.query<{ id: AccountId }>(
    `select account_id as id from account
     where complex_id = $1 and account_id > $2
       and ($3 = 'all' or (closed_at is null) = ($3 = 'open'))
       and ($5::integer[] is null or account_id = any ($5))
     order by account_id limit $4`,
    [complex, page.after, which, page.limit, page.only],
  )
  return rows.map((row) => row.id)
}
