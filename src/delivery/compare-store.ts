// What the books say of polled meters 账面: one query per batch, by index, however long the history.

import type { Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId } from '../shared/ids.ts'
import { ANCHOR } from './anchor.ts'
import { DEAREST_PRICE } from './store.ts'

export type ComparedRow = {
  meterId: MeterId
  epoch: number
  accountId: AccountId
  model: string
  customerNo: string
  opened: boolean
  inFlight: boolean
  onHold: boolean
  lastAssigned: number
  lastDelivered: number
  anchorAt: Instant | null
  anchor: { balanceFen: number; energyWh: number } | null
  moneyMoved: boolean
  dearestPriceE8: number | null
  balanceFen: number | null
  balanceAt: Instant | null
  energyWh: number | null
  energyAt: Instant | null
}

const COMPARED = `
  select e.meter_id as "meterId", e.epoch, s.account_id as "accountId", d.model,
    e.customer_no as "customerNo", del.n is not null as opened,
    exists (select from purchase p where p.complex_id = e.complex_id and p.meter_id = e.meter_id
      and p.state = 'ARMED') or exists (select from reduction r
      where r.complex_id = e.complex_id and r.meter_id = e.meter_id and r.state = 'SENT')
      as "inFlight",
    exists (select from hold h where h.complex_id = e.complex_id and h.meter_id = e.meter_id
      and h.released_at is null) as "onHold",
    greatest(e.base_count, asg.n) as "lastAssigned",
    greatest(e.base_count, del.n) as "lastDelivered",
    anchor.at as "anchorAt", anchor.facts as anchor,
    exists (select from reduction r where r.complex_id = e.complex_id
      and r.meter_id = e.meter_id and r.sent_at > anchor.at) as "moneyMoved",
    ${DEAREST_PRICE} as "dearestPriceE8", l.balance_fen as "balanceFen",
    l.balance_at as "balanceAt", l.energy_wh as "energyWh", l.energy_at as "energyAt"
  from epoch e
  join supply s on s.complex_id = e.complex_id and s.supply_id = e.supply_id
  join meter m on m.complex_id = e.complex_id and m.meter_id = e.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  left join latest l on l.complex_id = e.complex_id and l.meter_id = e.meter_id
  left join lateral (
    select p.n from purchase p where p.complex_id = e.complex_id and p.meter_id = e.meter_id
      and p.epoch = e.epoch and p.n is not null order by p.n desc limit 1
  ) asg on true
  ${ANCHOR}
  where e.complex_id = $1 and e.meter_id = any ($2) and e.closed_at is null
  order by s.account_id`

export const comparedBooks = (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<ComparedRow[]> => tx.query<ComparedRow>(COMPARED, [complex, meters])
