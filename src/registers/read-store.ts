// The registers as lists 档案: pages in the order of their ids, one row more than asked for.

import type { Static } from 'typebox'
import type { Building, Point, Premises, Tenant } from '../http/contract/registers.ts'
import type { Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'

export type Page = { complexId: ComplexId; zone: string; after: number; limit: number }

const first = (page: Page): [number, number, number] => [page.complexId, page.after, page.limit + 1]

export const listBuildings = (tx: Tx, page: Page): Promise<Static<typeof Building>[]> =>
  tx.query(
    `select b.building_id as "buildingId", b.name, b.name_en as "nameEn", b.ordinal,
       array(select distinct floor from premises pr where pr.complex_id = b.complex_id
         and pr.building_id = b.building_id order by floor) as floors,
       (select count(*) from premises pr where pr.complex_id = b.complex_id
         and pr.building_id = b.building_id) as premises
     from building b where b.complex_id = $1 and b.building_id > $2
     order by b.building_id limit $3`,
    first(page),
  )

export type PremisesFilter = { buildingId?: number; floor?: number; search?: string }

/** What is looked for in number, name, English name and pinyin initials of premises `pr`. */
const foundIn = (said: string): string => `(pr.no ilike '%' || ${said} || '%'
    or pr.name ilike '%' || ${said} || '%' or pr.name_en ilike '%' || ${said} || '%'
    or pr.pinyin like '%' || lower(${said}) || '%')`

export const listPremises = (
  tx: Tx,
  page: Page,
  { buildingId, floor, search }: PremisesFilter = {},
): Promise<Static<typeof Premises>[]> =>
  tx.query(
    `select pr.premises_id as "premisesId", b.building_id as "buildingId", b.name as building,
       b.name_en as "buildingEn", pr.floor, pr.no, pr.name, pr.name_en as "nameEn",
       pr.area_dm2 as "areaDm2", n.points, n.supplied
     from premises pr
     join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
     cross join lateral (
       select count(*) as points, count(s.supply_id) as supplied from point p
       left join supply s on s.complex_id = p.complex_id and s.point_id = p.point_id
         and s.until is null
       where p.complex_id = pr.complex_id and p.premises_id = pr.premises_id) n
     where pr.complex_id = $1 and pr.premises_id > $2
       and ($4::integer is null or pr.building_id = $4)
       and ($5::integer is null or pr.floor = $5) and ($6 = '' or ${foundIn('$6')})
     order by pr.premises_id limit $3`,
    [...first(page), buildingId ?? null, floor ?? null, search?.trim() ?? ''],
  )

export type PointFilter = {
  premisesId?: number
  /** Only those that feed others: main points. */
  feeds?: boolean
  /** Only those with a meter, or without one. */
  metered?: boolean
  /** Only those of premises, or of none. */
  placed?: boolean
  search?: string
}

export const listPoints = (
  tx: Tx,
  page: Page,
  only: PointFilter = {},
): Promise<Static<typeof Point>[]> =>
  tx.query(
    `select p.point_id as "pointId", p.premises_id as "premisesId",
       coalesce(pr.no, '') as premises, coalesce(pr.name, '') as "premisesName",
       coalesce(pr.name_en, '') as "premisesNameEn", p.parent_point_id as "parentPointId",
       case when up.point_id is null then null
         else concat_ws(' ', upr.no, coalesce(nullif(up.name, ''), up.kind)) end as parent,
       p.feeder, p.kind, p.name, p.protected, m.meter_id as "meterId", m.no as "meterNo",
       a.account_id as "accountId", a.no as "accountNo", i.installation_id as "installationId"
     from point p
     left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
     left join point up on up.complex_id = p.complex_id and up.point_id = p.parent_point_id
     left join premises upr on upr.complex_id = up.complex_id
       and upr.premises_id = up.premises_id
     left join installation i on i.complex_id = p.complex_id and i.point_id = p.point_id
       and i.until is null
     left join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
     left join supply s on s.complex_id = p.complex_id and s.point_id = p.point_id
       and s.until is null
     left join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
     where p.complex_id = $1 and p.point_id > $2 and ($4::integer is null or p.premises_id = $4)
       and (not $5 or exists (select from point below where below.complex_id = p.complex_id
         and below.parent_point_id = p.point_id))
       and ($6::boolean is null or (m.meter_id is not null) = $6)
       and ($7::boolean is null or (p.premises_id is not null) = $7)
       and ($8 = '' or ${foundIn('$8')} or p.name ilike '%' || $8 || '%'
         or p.feeder ilike '%' || $8 || '%' or right(m.no, length($8)) = $8)
     order by p.point_id limit $3`,
    [
      ...[...first(page), only.premisesId ?? null, only.feeds === true, only.metered ?? null],
      ...[only.placed ?? null, only.search?.trim() ?? ''],
    ],
  )

export const listTenants = (tx: Tx, page: Page): Promise<Static<typeof Tenant>[]> =>
  tx.query(
    `select t.tenant_id as "tenantId", t.name, t.name_en as "nameEn",
       t.phone_head || '****' || t.phone_tail as "phoneMasked",
       (select count(*) from account_tenant at where at.complex_id = t.complex_id
         and at.tenant_id = t.tenant_id and at.until is null) as accounts
     from tenant t where t.complex_id = $1 and t.tenant_id > $2 order by t.tenant_id limit $3`,
    first(page),
  )
