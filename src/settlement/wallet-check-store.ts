// What the comparison of wallets reads and writes 表内扣费核对存取.

import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId } from '../shared/ids.ts'

/** A supply whose meter deducts by itself. */
export type WalletPriced = {
  supplyId: SupplyId
  accountId: AccountId
  tenantSince: Instant
  /** Since when its energy is this tenant's. */
  beganAt: Instant
}

/** Open supplies of accounts in meter mode. */
export const pricedWallets = (
  tx: Tx,
  complex: ComplexId,
  supplies: readonly SupplyId[],
): Promise<WalletPriced[]> =>
  tx.query<WalletPriced>(
    `select s.supply_id as "supplyId", s.account_id as "accountId", t.since as "tenantSince",
       greatest(s.since, t.since) as "beganAt"
     from supply s
     join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
     join account_tenant t on t.complex_id = a.complex_id and t.account_id = a.account_id
       and t.until is null
     where s.complex_id = $1 and s.supply_id = any ($2) and a.mode = 'meter'
       and s.until is null and a.closed_at is null
     order by s.supply_id`,
    [complex, supplies],
  )

export type WalletCheck = {
  complexId: ComplexId
  supplyId: SupplyId
  meterId: MeterId
  day: Day
  from: Instant
  until: Instant
  energyWh: number
  deductedFen: number
  pricedFen: number
  slackFen: number
  astray: boolean
}

/** The newest comparison of a meter; days astray are counted as they follow each other. */
export const writeCheck = async (tx: Tx, check: WalletCheck): Promise<void> => {
  await tx.query(
    `insert into wallet_check as w (complex_id, supply_id, meter_id, day, from_at, until_at,
       energy_wh, deducted_fen, priced_fen, slack_fen, astray_days)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (complex_id, supply_id, meter_id) do update set day = excluded.day,
       from_at = excluded.from_at, until_at = excluded.until_at,
       energy_wh = excluded.energy_wh, deducted_fen = excluded.deducted_fen,
       priced_fen = excluded.priced_fen, slack_fen = excluded.slack_fen,
       astray_days = case when excluded.astray_days = 0 then 0 else w.astray_days + 1 end`,
    [
      check.complexId,
      check.supplyId,
      check.meterId,
      check.day,
      sqlTime(check.from),
      sqlTime(check.until),
      check.energyWh,
      check.deductedFen,
      check.pricedFen,
      check.slackFen,
      check.astray ? 1 : 0,
    ],
  )
}
