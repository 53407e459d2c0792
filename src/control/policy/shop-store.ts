// The shops behind supplies 商铺: by what people know a supply.

import type { Tx } from '../../ports/database.ts'
import { SHOP, SHOP_EN } from '../../registers/meters-in-place.ts'
import type { ComplexId, SupplyId } from '../../shared/ids.ts'

export type Shop = {
  supplyId: SupplyId
  accountNo: string
  tenant: string
  phoneMasked: string | null
  building: string
  buildingEn: string
  premises: string
  premisesEn: string
}

const SHOPS = `
  select s.supply_id as "supplyId", a.no as "accountNo", coalesce(t.name, '') as tenant,
    t.phone_head || '****' || t.phone_tail as "phoneMasked", coalesce(b.name, '') as building,
    coalesce(b.name_en, '') as "buildingEn",
    ${SHOP} as premises,
    ${SHOP_EN} as "premisesEn"
  from supply s
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
  left join account_tenant at on at.complex_id = a.complex_id and at.account_id = a.account_id
    and at.until is null
  left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
  where s.complex_id = $1 and s.until is null`

export const shopsOf = async (tx: Tx, complex: ComplexId): Promise<Map<SupplyId, Shop>> => {
  const rows = await tx.query<Shop>(SHOPS, [complex])
  return new Map(rows.map((row) => [row.supplyId, row]))
}
