// Accounts 户 as selling sees them: the locked row, its meters with what is known and what is on its
// way, and the purchases that no sale writes.

import type { Tx } from '../ports/database.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import type {
  AccountId,
  ComplexId,
  GatewayId,
  MeterId,
  OperatorId,
  SupplyId,
  Uuid,
} from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { suppliedMeters } from './supplied-meters.ts'

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
  /** The caller's name, as documents show it. */
  operator: string
  /** What the caller may sell and pay out alone; null: no limit of his own. */
  limits: { saleFen: number | null; payoutFen: number | null }
}

/** A request that waited longer than this for a hand-over was not asked before it. */
const HAND_OVER_WAIT_MS = 60_000

/** An account and who acts on it: his limits and his name are read with it. */
export type Asked = { accountId: AccountId; operator: OperatorId | null }

/** What was found of an account; whether it changed hands while the caller waited for it. */
export type FoundAccount = LockedAccount & { handedOver: boolean }

/** Of `asked` (account_id, operator_id); handed over between the two times: just now. */
export const accountColumns = (from: string, until: string): string => `
  a.account_id as "accountId", a.complex_id as "complexId", a.no, a.mode,
    a.closed_at as "closedAt", a.closing_id is not null as closing, c.name as complex, c.zone,
    c.day_cut_minutes as "dayCutMinutes", coalesce(t.name, '') as tenant,
    c.settings->'serviceFee' as "serviceFee", coalesce(o.name, '') as operator,
    coalesce(at.since > ${from} and at.since < ${until}, false) as "handedOver",
    json_build_object('saleFen', l.sale_fen, 'payoutFen', l.payout_fen) as limits`

export const ACCOUNT_OF_ASKED = `
  join account a on a.account_id = asked.account_id
  join complex c on c.complex_id = a.complex_id
  left join account_tenant at on at.complex_id = a.complex_id
    and at.account_id = a.account_id and at.until is null
  left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
  left join operator o on o.operator_id = asked.operator_id
  left join operator_limit l on l.complex_id = a.complex_id and l.operator_id = asked.operator_id`

const LOCKED = `
  select ${accountColumns('$3', '$4')}
  from unnest($1::integer[], $2::integer[]) as asked(account_id, operator_id)
  ${ACCOUNT_OF_ASKED}
  order by a.account_id for update of a`

/** The two times of `accountColumns`. */
export const handOverTimes = ({ now }: Tx) => [
  sqlTime(now),
  sqlTime(plusMs(now, HAND_OVER_WAIT_MS)),
]

/**
 * The row locks that every money event of an account takes first, in the order of ids. What the
 * scope does not show is left out. `refuseHandedOver` is asked of each.
 */
export const lockAccounts = (tx: Tx, asked: readonly Asked[]): Promise<FoundAccount[]> =>
  tx.query<FoundAccount>(
    LOCKED,
    [asked.map((one) => one.accountId), asked.map((one) => one.operator), ...handOverTimes(tx)],
    'kept',
  )

/**
 * Refuses: account_handed_over: the caller began under the former tenant and waited while the
 * account became another's.
 */
export const refuseHandedOver = (found: FoundAccount): LockedAccount => {
  const { handedOver, ...locked } = found
  refuseIf(handedOver, 'account_handed_over', { tenant: locked.tenant })
  return locked
}

/** The same of one account, for whoever the transaction is of. Refuses: account_handed_over. */
export const lockAccount = async (tx: Tx, accountId: AccountId): Promise<LockedAccount | null> => {
  const [found] = await lockAccounts(tx, [{ accountId, operator: tx.scope.operator }])
  return found ? refuseHandedOver(found) : null
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
  select s.account_id as "accountId", m.meter_id as "meterId", m.no as "meterNo", d.model,
    s.supply_id as "supplyId",
    concat_ws(' ', b.name, pr.no, pr.name) as premises, bus.gateway_id as "gatewayId", e.epoch,
    s.hoarding_fen as "hoardingFen", s.overdraft_fen as "overdraftFen",
    pv.price_e8 as "priceE8",
    l.balance_fen as "balanceFen", l.balance_at as "balanceAt",
    coalesce(w.pending, 0)::bigint as "pendingFen",
    coalesce((select -la.balance_fen from ledger_account la where la.complex_id = s.complex_id
      and la.path = 'supply/' || s.supply_id || '/credit'), 0) as "creditFen",
    coalesce(w.last_no, 0) as "lastPurchaseNo",
    exists (select from hold h where h.complex_id = m.complex_id and h.meter_id = m.meter_id
      and h.released_at is null) as held,
    exists (select from swap w where w.complex_id = m.complex_id
      and w.old_meter_id = m.meter_id and w.state = 'TAKING') as swapping
  ${suppliedMeters('$2')}
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  where s.complex_id = any (array(select complex_id from account where account_id = any ($1)))
    and s.account_id = any ($1) and s.until is null
  order by m.meter_id`

/** The meters of several accounts, each with the account it belongs to. */
export const metersOf = (
  tx: Tx,
  accounts: readonly AccountId[],
): Promise<(SellableMeter & { accountId: AccountId })[]> =>
  tx.query(SELLABLE, [accounts, sqlTime(tx.now)], 'kept')

export const sellableMeters = (
  tx: Tx,
  account: Pick<LockedAccount, 'accountId'>,
): Promise<SellableMeter[]> => metersOf(tx, [account.accountId])

/** Owed by the tenant when positive; zero when nothing was ever carried. */
export const runningBalance = async (
  tx: Tx,
  complexId: ComplexId,
  path: string,
): Promise<number> => {
  const rows = await tx.query<{ fen: number }>(
    `select balance_fen as fen from ledger_account where complex_id = $1 and path = $2`,
    [complexId, path],
    'kept',
  )
  return rows[0]?.fen ?? 0
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

const PURCHASES = `
  with p as (
    insert into purchase (complex_id, purchase_id, sale_id, supply_id, meter_id, epoch,
      purchase_no, kind, amount_fen, state, queued_at)
    select complex_id, purchase_id, sale_id, supply_id, meter_id, epoch, purchase_no, kind,
      amount_fen, 'QUEUED', $1
    from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::integer[], $6::integer[],
      $7::integer[], $8::integer[], $9::text[], $10::bigint[])
      as p(complex_id, purchase_id, sale_id, supply_id, meter_id, epoch, purchase_no, kind,
        amount_fen)
  )
  insert into purchase_event (complex_id, purchase_id, event_id, at, kind, facts)
  select complex_id, purchase_id, event_id, $1, kind, facts
  from unnest($11::integer[], $12::uuid[], $13::uuid[], $14::text[], $15::jsonb[])
    as e(complex_id, purchase_id, event_id, kind, facts)`

/** The columns of purchases, from complex_id to amount_fen, as parameters. */
export const purchaseColumns = (purchases: readonly Omit<PurchaseRow, 'events'>[]): unknown[] => [
  purchases.map((purchase) => purchase.complexId),
  purchases.map((purchase) => purchase.purchaseId),
  purchases.map((purchase) => purchase.saleId),
  purchases.map((purchase) => purchase.supplyId),
  purchases.map((purchase) => purchase.meterId),
  purchases.map((purchase) => purchase.epoch),
  purchases.map((purchase) => purchase.purchaseNo),
  purchases.map((purchase) => purchase.kind),
  purchases.map((purchase) => purchase.amountFen),
]

/** Writes the purchases as QUEUED, each with the first steps of its timeline. */
export const insertPurchases = async (tx: Tx, purchases: readonly PurchaseRow[]): Promise<void> => {
  if (purchases.length === 0) return
  const events = purchases.flatMap(({ complexId, purchaseId, events: steps }) =>
    steps.map((step) => ({ complexId, purchaseId, ...step })),
  )
  await tx.query(
    PURCHASES,
    [
      sqlTime(tx.now),
      ...purchaseColumns(purchases),
      events.map((event) => event.complexId),
      events.map((event) => event.purchaseId),
      events.map((event) => event.eventId),
      events.map((event) => event.kind),
      events.map((event) => JSON.stringify(event.facts)),
    ],
    'kept',
  )
}

export const insertPurchase = (tx: Tx, purchase: PurchaseRow): Promise<void> =>
  insertPurchases(tx, [purchase])
