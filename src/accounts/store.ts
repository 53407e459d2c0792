// Accounts 户 as selling sees them: the locked row, its meters with what is known and what is on its
// way, and the rows that a sale writes.

import type { PayMethod } from '../ledger/chart.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, GatewayId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import { SUPPLIED_METERS } from './supplied-meters.ts'

export type LockedAccount = {
  accountId: AccountId
  complexId: ComplexId
  no: string
  mode: 'meter' | 'centre'
  closedAt: Instant | null
  /** Its closing has begun: nothing is sold, and nothing is paid out but by the closing. */
  closing: boolean
  complex: string
  zone: string
  dayCutMinutes: number
  tenant: string
  /** The complex's setting of the fee that sales into meters take. */
  serviceFee: unknown
  /** What the caller may sell and pay out alone; null: no limit of his own. */
  limits: { saleFen: number | null; payoutFen: number | null }
}

/** The row lock that every money event of the account takes first. */
export const lockAccount = async (tx: Tx, account: AccountId): Promise<LockedAccount | null> => {
  const rows = await tx.query<LockedAccount>(
    `select a.account_id as "accountId", a.complex_id as "complexId", a.no, a.mode,
       a.closed_at as "closedAt", a.closing_id is not null as closing, c.name as complex, c.zone,
       c.day_cut_minutes as "dayCutMinutes", coalesce(t.name, '') as tenant,
       c.settings->'serviceFee' as "serviceFee",
       json_build_object('saleFen', l.sale_fen, 'payoutFen', l.payout_fen) as limits
     from account a
     join complex c on c.complex_id = a.complex_id
     left join account_tenant at on at.complex_id = a.complex_id
       and at.account_id = a.account_id and at.until is null
     left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
     left join operator_limit l on l.complex_id = a.complex_id and l.operator_id = $2
     where a.account_id = $1 for update of a`,
    [account, tx.scope.operator],
    'kept',
  )
  return rows[0] ?? null
}

export type SellableMeter = {
  meterId: MeterId
  meterNo: string
  model: string
  supplyId: SupplyId
  premises: string
  gatewayId: GatewayId
  epoch: number | null
  hoardingFen: number
  overdraftFen: number
  priceE8: number | null
  balanceFen: number | null
  balanceAt: Instant | null
  /** Sold and not confirmed: queued, armed or on hold. */
  pendingFen: number
  /** What the books say was delivered and not yet posted as used. */
  creditFen: number
  lastPurchaseNo: number
  held: boolean
  /** Its money is being taken out, to go over to another meter. */
  swapping: boolean
}

const SELLABLE = `
  select m.meter_id as "meterId", m.no as "meterNo", d.model, s.supply_id as "supplyId",
    concat_ws(' ', b.name, pr.no, pr.name) as premises, bus.gateway_id as "gatewayId", e.epoch,
    s.hoarding_fen as "hoardingFen", s.overdraft_fen as "overdraftFen",
    (pv.definition->>'priceE8')::bigint as "priceE8",
    l.balance_fen as "balanceFen", l.balance_at as "balanceAt",
    coalesce(w.pending, 0)::bigint as "pendingFen",
    -coalesce(la.balance_fen, 0) as "creditFen", coalesce(w.last_no, 0) as "lastPurchaseNo",
    exists (select from hold h where h.complex_id = m.complex_id and h.meter_id = m.meter_id
      and h.released_at is null) as held,
    exists (select from swap w where w.complex_id = m.complex_id
      and w.old_meter_id = m.meter_id and w.state = 'TAKING') as swapping
  ${SUPPLIED_METERS}
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  left join ledger_account la on la.complex_id = s.complex_id
    and la.path = 'supply/' || s.supply_id || '/credit'
  where s.complex_id = $1 and s.account_id = $2 and s.until is null
  order by m.meter_id`

export const sellableMeters = (tx: Tx, account: LockedAccount): Promise<SellableMeter[]> =>
  tx.query<SellableMeter>(SELLABLE, [account.complexId, account.accountId, sqlTime(tx.now)], 'kept')

/** Owed by the tenant when positive; zero when nothing was ever carried. */
export const runningBalance = async (tx: Tx, complex: ComplexId, path: string): Promise<number> => {
  const rows = await tx.query<{ fen: number }>(
    'select balance_fen as fen from ledger_account where complex_id = $1 and path = $2',
    [complex, path],
    'kept',
  )
  return rows[0]?.fen ?? 0
}

export const similarSaleExists = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  paidFen: number,
  since: Instant,
): Promise<boolean> => {
  const rows = await tx.query(
    `select from sale s join purchase p on p.complex_id = s.complex_id and p.sale_id = s.sale_id
     where s.complex_id = $1 and p.meter_id = $2 and s.paid_fen = $3 and s.at > $4 limit 1`,
    [complex, meter, paidFen, sqlTime(since)],
  )
  return rows.length > 0
}

export type SaleRow = {
  complexId: ComplexId
  saleId: Uuid
  accountId: AccountId
  requestId: string
  shiftId: Uuid
  receiptNo: string
  method: PayMethod
  paidFen: number
  postingId: Uuid
  receipt: unknown
  lines: readonly {
    purpose: 'credit' | 'carry' | 'fee' | 'deposit'
    supplyId: SupplyId | null
    fen: number
  }[]
}

export const insertSale = async (tx: Tx, sale: SaleRow): Promise<void> => {
  await tx.query(
    `with s as (
       insert into sale (complex_id, sale_id, account_id, request_id, shift_id, receipt_no, method,
         paid_fen, posting_id, operator_id, at, receipt)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     )
     insert into sale_line (complex_id, sale_id, line, purpose, supply_id, fen)
     select $1, $2, l.line, l.purpose, l.supply_id, l.fen
     from unnest($13::text[], $14::integer[], $15::bigint[]) with ordinality
       as l(purpose, supply_id, fen, line)`,
    [
      sale.complexId,
      sale.saleId,
      sale.accountId,
      sale.requestId,
      sale.shiftId,
      sale.receiptNo,
      sale.method,
      sale.paidFen,
      sale.postingId,
      tx.scope.operator,
      sqlTime(tx.now),
      JSON.stringify(sale.receipt),
      sale.lines.map((line) => line.purpose),
      sale.lines.map((line) => line.supplyId),
      sale.lines.map((line) => line.fen),
    ],
    'kept',
  )
}

export type PurchaseRow = {
  complexId: ComplexId
  purchaseId: Uuid
  saleId: Uuid | null
  supplyId: SupplyId
  meterId: MeterId
  epoch: number
  purchaseNo: number
  kind: 'open' | 'recharge'
  amountFen: number
  events: readonly { eventId: Uuid; kind: string; facts: Record<string, unknown> }[]
}

/** Writes the purchase as QUEUED with the first steps of its timeline. */
export const insertPurchase = async (tx: Tx, purchase: PurchaseRow): Promise<void> => {
  await tx.query(
    `with p as (
       insert into purchase (complex_id, purchase_id, sale_id, supply_id, meter_id, epoch,
         purchase_no, kind, amount_fen, state, queued_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'QUEUED', $10)
     )
     insert into purchase_event (complex_id, purchase_id, event_id, at, kind, facts)
     select $1, $2, e.id, $10, e.kind, e.facts
     from unnest($11::uuid[], $12::text[], $13::jsonb[]) as e(id, kind, facts)`,
    [
      purchase.complexId,
      purchase.purchaseId,
      purchase.saleId,
      purchase.supplyId,
      purchase.meterId,
      purchase.epoch,
      purchase.purchaseNo,
      purchase.kind,
      purchase.amountFen,
      sqlTime(tx.now),
      purchase.events.map((event) => event.eventId),
      purchase.events.map((event) => event.kind),
      purchase.events.map((event) => JSON.stringify(event.facts)),
    ],
    'kept',
  )
}

export const operatorName = async (tx: Tx): Promise<string> => {
  if (tx.scope.operator === null) return ''
  const rows = await tx.query<{ name: string }>(
    'select name from operator where operator_id = $1',
    [tx.scope.operator],
    'kept',
  )
  return rows[0]?.name ?? ''
}
