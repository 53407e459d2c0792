// The rows behind what is shown of prices in meters 表内电价列表.

import type { Tx } from '../ports/database.ts'
import {
  type FlatMeterPrice,
  METER_PRICE_COLUMNS,
  type MeterPriceRow,
  priceRowOf,
} from '../price-tables/store.ts'
import { SHOP, SHOP_EN } from '../registers/meters-in-place.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, PlanId } from '../shared/ids.ts'
import type { CommandState } from './command.ts'

type Words = {
  meterId: MeterId
  premises: string
  premisesEn: string
  accountNo: string | null
  /** Of what holds now for the supply. */
  planName: string | null
  orderPlanName: string | null
  commandState: CommandState | null
}
export type ShownRow = MeterPriceRow & Words

const SHOWN = `
  select m.meter_id as "meterId", ${SHOP} as premises,
    ${SHOP_EN} as "premisesEn",
    a.no as "accountNo", pl.name as "planName", op.name as "orderPlanName",
    k.state as "commandState", ${METER_PRICE_COLUMNS}
  from meter m
  left join meter_price p on p.complex_id = m.complex_id and p.meter_id = m.meter_id
  left join command k on k.complex_id = p.complex_id and k.command_id = p.command_id
  left join plan op on op.complex_id = p.complex_id and op.plan_id = p.plan_id
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join point pt on pt.complex_id = i.complex_id and pt.point_id = i.point_id
  left join premises pr on pr.complex_id = pt.complex_id and pr.premises_id = pt.premises_id
  left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
    and s.until is null
  left join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  left join lateral plan_in_force(s.complex_id, s.supply_id, $3) f on true
  left join plan pl on pl.complex_id = m.complex_id and pl.plan_id = f.plan_id
  where m.complex_id = $1 and m.meter_id = any ($2)`

export const shownRows = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<ShownRow[]> => {
  const rows = await tx.query<FlatMeterPrice & Words>(SHOWN, [complex, meters, sqlTime(tx.now)])
  return rows.map(
    ({
      meterId,
      premises,
      premisesEn,
      accountNo,
      planName,
      orderPlanName,
      commandState,
      ...row
    }) => ({
      ...priceRowOf(row),
      ...{ meterId, premises, premisesEn, accountNo, planName, orderPlanName, commandState },
    }),
  )
}

export type ListedAsk = {
  after: number
  limit: number
  plan: PlanId | null
}

/** Meters whose accounts are charged by the meter itself, in the order of their numbers. */
export const listedMeters = async (
  tx: Tx,
  complex: ComplexId,
  { after, limit, plan }: ListedAsk,
): Promise<MeterId[]> => {
  const rows = await tx.query<{ meterId: MeterId }>(
    `select m.meter_id as "meterId" from meter m
     join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
       and i.until is null
     join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id and s.until is null
     join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
       and a.mode = 'meter'
     left join lateral plan_in_force(s.complex_id, s.supply_id, $4) f on true
     where m.complex_id = $1 and m.meter_id > $2 and ($5::integer is null or f.plan_id = $5)
     order by m.meter_id limit $3`,
    [complex, after, limit, sqlTime(tx.now), plan],
  )
  return rows.map(({ meterId }) => meterId)
}
