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
         and pr.building_id = b.building_id order by floor) as floors
     from building b where b.complex_id = $1 and b.building_id > $2
     order by b.building_id limit $3`,
    first(page),
  )

export const listPremises = (
  tx: Tx,
  page: Page,
  building: number | null,
): Promise<Static<typeof Premises>[]> =>
  tx.query(
    `select pr.premises_id as "premisesId", b.building_id as "buildingId", b.name as building,
       pr.floor, pr.no, pr.name, pr.name_en as "nameEn", pr.area_dm2 as "areaDm2"
     from premises pr
     join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
     where pr.complex_id = $1 and pr.premises_id > $2
       and ($4::integer is null or pr.building_id = $4)
     order by pr.premises_id limit $3`,
    [...first(page), building],
  )

export const listPoints = (
  tx: Tx,
  page: Page,
  only: { premisesId?: number; feeds?: boolean } = {},
): Promise<Static<typeof Point>[]> =>
  tx.query(
    `select p.point_id as "pointId", p.premises_id as "premisesId",
       coalesce(pr.no, '') as premises, p.parent_point_id as "parentPointId", p.feeder, p.kind,
       p.name, p.protected, m.meter_id as "meterId", m.no as "meterNo",
       a.account_id as "accountId", a.no as "accountNo"
     from point p
     left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
     left join installation i on i.complex_id = p.complex_id and i.point_id = p.point_id
       and i.until is null
     left join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
     left join supply s on s.complex_id = p.complex_id and s.point_id = p.point_id
       and s.until is null
     left join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
     where p.complex_id = $1 and p.point_id > $2 and ($4::integer is null or p.premises_id = $4)
       and (not $5 or exists (select from point below where below.complex_id = p.complex_id
         and below.parent_point_id = p.point_id))
     order by p.point_id limit $3`,
    [...first(page), only.premisesId ?? null, only.feeds === true],
  )

export const listTenants = (tx: Tx, page: Page): Promise<Static<typeof Tenant>[]> =>
  tx.query(
    `select t.tenant_id as "tenantId", t.name, t.name_en as "nameEn",
       '****' || t.phone_tail as "phoneMasked",
       (select count(*) from account_tenant at where at.complex_id = t.complex_id
         and at.tenant_id = t.tenant_id and at.until is null) as accounts
     from tenant t where t.complex_id = $1 and t.tenant_id > $2 order by t.tenant_id limit $3`,
    first(page),
  )
