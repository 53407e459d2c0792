// Accounts as the counter sees them 用户: who, what is owed, and each meter with what is known of it
// and what is on its way.

import { meterState } from '../board/state.ts'
import type { Account, AccountMeter } from '../http/contract.ts'
import type { Tx } from '../ports/database.ts'
import { centreBalances, centreParams, centreRows } from '../settlement/centre-balance.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'
import { suppliedMeters } from './supplied-meters.ts'

type AccountRow = Omit<Account, 'openedAt' | 'closedAt' | 'meters'> & {
  openedAt: Instant
  closedAt: Instant | null
}

// Of a closed account the last tenant is shown.
const ACCOUNTS = `
  select a.account_id as "accountId", a.complex_id as "complexId", a.no as "accountNo", a.mode,
    t.tenant_id as "tenantId", coalesce(t.name, '') as tenant,
    t.phone_head || '****' || t.phone_tail as "phoneMasked", a.opened_at as "openedAt",
    a.closed_at as "closedAt", coalesce(la.balance_fen, 0) as "carryOwedFen"
  from account a
  left join lateral (
    select tenant_id from account_tenant at
    where at.complex_id = a.complex_id and at.account_id = a.account_id
    order by at.since desc limit 1
  ) held on true
  left join tenant t on t.complex_id = a.complex_id and t.tenant_id = held.tenant_id
  left join ledger_account la on la.complex_id = a.complex_id
    and la.path = 'account/' || a.account_id || '/carry'
  where a.complex_id = $1 and a.account_id = any ($2)`

type MeterRow = Omit<AccountMeter, 'state' | 'balanceAt'> & {
  accountId: number
  balanceAt: Instant | null
  answeredAt: Instant | null
  meterOpened: boolean | null
}

const METERS = `
  with ${centreRows(4)}
  select s.account_id as "accountId", m.meter_id as "meterId", m.no as "meterNo", d.address,
    coalesce(pr.no, '') as premises, coalesce(pr.name, '') as "premisesName",
    coalesce(pr.name_en, '') as "premisesNameEn", coalesce(b.name, '') as building,
    coalesce(b.name_en, '') as "buildingEn", pr.floor, p.kind as "pointKind",
    p.name as "pointName", s.supply_id as "supplyId", l.relay,
    case when a.mode = 'centre' then centre.available_fen else l.balance_fen end as "balanceFen",
    case when a.mode = 'centre' then centre.as_of else l.balance_at end as "balanceAt",
    l.answered_at as "answeredAt",
    coalesce(w.pending, 0)::bigint as "pendingFen", l.purchase_count as "purchaseCount",
    case when a.mode = 'centre' then (select count(*)::int from sale sa
      where sa.complex_id = a.complex_id and sa.account_id = a.account_id
        and exists (select from sale_line sl where sl.complex_id = sa.complex_id
          and sl.sale_id = sa.sale_id and sl.purpose = 'credit'))
    else coalesce(w.last_no, 0) end + 1 as "nextPurchaseNo",
    exists (select from hold h where h.complex_id = m.complex_id and h.meter_id = m.meter_id
      and h.released_at is null) as held,
    case when a.mode = 'centre' then true
      else l.opened and coalesce(l.customer_no = e.customer_no, true) end as "meterOpened",
    a.mode = 'centre' or e.epoch is not null and coalesce(w.opened, false) as opened,
    pv.price_e8 as "priceE8", s.alarm1_fen as "alarm1Fen",
    s.alarm2_fen as "alarm2Fen", s.hoarding_fen as "hoardingFen"
  ${suppliedMeters('$3')}
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  left join centre on centre.account_id = a.account_id
  where s.complex_id = $1 and s.account_id = any ($2) and s.until is null
  order by pr.no, m.meter_id`

const meterOf = (row: MeterRow, now: Instant, zone: string): AccountMeter => {
  const { accountId: _accountId, answeredAt, meterOpened, balanceAt, ...shown } = row
  return {
    ...shown,
    state: meterState({
      now,
      answeredAt,
      supply: row,
      opened: meterOpened,
      balanceFen: row.balanceFen,
      balanceAt,
    }),
    balanceAt: balanceAt === null ? null : rfc3339(balanceAt, zone),
  }
}

/** The accounts in the order of `ids`; what the scope does not hold is left out. */
export const accountViews = async (
  tx: Tx,
  complex: ComplexId,
  zone: string,
  ids: readonly AccountId[],
): Promise<Account[]> => {
  const accounts = await tx.query<AccountRow>(ACCOUNTS, [complex, ids])
  const balances = await centreBalances(tx, complex, { accounts: ids })
  const asked = [complex, ids, sqlTime(tx.now), ...centreParams(balances)]
  const meters = await tx.query<MeterRow>(METERS, asked)
  const metersOf = Map.groupBy(meters, (row) => row.accountId)
  const views = accounts.map(
    (row): Account => ({
      ...row,
      openedAt: rfc3339(row.openedAt, zone),
      closedAt: row.closedAt === null ? null : rfc3339(row.closedAt, zone),
      meters: (metersOf.get(row.accountId) ?? []).map((m) => meterOf(m, tx.now, zone)),
    }),
  )
  const order = new Map(ids.map((id, index) => [Number(id), index]))
  return views.sort((a, b) => (order.get(a.accountId) ?? 0) - (order.get(b.accountId) ?? 0))
}

/** Where an account lives; null where the scope has no such account. */
export const placeOfAccount = async (
  tx: Tx,
  account: AccountId,
  within: number | null,
): Promise<{ complexId: ComplexId; zone: string; mode: Account['mode'] } | null> => {
  const rows = await tx.query<{ complexId: ComplexId; zone: string; mode: Account['mode'] }>(
    `select c.complex_id as "complexId", c.zone, a.mode from complex c
     join account a on a.complex_id = c.complex_id and a.account_id = $1
     where $2::integer is null or c.complex_id = $2`,
    [account, within],
  )
  return rows[0] ?? null
}
