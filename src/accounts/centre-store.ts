// Accounts in centre mode 后台计费户 as selling sees them: what is left, and how many sales there were.

import { READING_SOURCES } from '../metering/readings/reading-sources.ts'
import type { Tx } from '../ports/database.ts'
import { centreBalance } from '../registers/centre-balance.ts'
import { reverseRegister } from '../registers/reverse-register.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId } from '../shared/ids.ts'
import type { LockedAccount } from './store.ts'

/** Null until every meter of the account has been read: unknown is not zero. */
export const availableOf = async (
  tx: Tx,
  account: Pick<LockedAccount, 'complexId' | 'accountId'>,
): Promise<{ fen: number | null; asOf: Instant | null }> => {
  const rows = await tx.query<{ fen: number | null; asOf: Instant | null }>(
    `with ${centreBalance('$1', '$2')}
     select available_fen as fen, as_of as "asOf" from centre where account_id = $3`,
    [account.complexId, sqlTime(tx.now), account.accountId],
  )
  return rows[0] ?? { fen: null, asOf: null }
}

/** Sales of the account so far; its row is locked, so the next number is this and one. */
export const saleCount = async (tx: Tx, account: LockedAccount): Promise<number> => {
  const rows = await tx.query<{ sales: number }>(
    `select count(*)::int as sales from sale s where s.complex_id = $1 and s.account_id = $2
       and exists (select from sale_line l where l.complex_id = s.complex_id
         and l.sale_id = s.sale_id and l.purpose = 'credit')`,
    [account.complexId, account.accountId],
  )
  return rows[0]?.sales ?? 0
}

export const similarSaleOfAccount = async (
  tx: Tx,
  account: LockedAccount,
  paidFen: number,
  since: Instant,
): Promise<boolean> => {
  const rows = await tx.query(
    `select from sale where complex_id = $1 and account_id = $2 and paid_fen = $3 and at > $4
     limit 1`,
    [account.complexId, account.accountId, paidFen, sqlTime(since)],
  )
  return rows.length > 0
}

/** The register from which the centre charges: what it showed when the supply began. */
export const insertUsageMark = async (
  tx: Tx,
  mark: {
    complexId: ComplexId
    supplyId: SupplyId
    meterId: MeterId
    energyWh: number
    at: Instant
  },
): Promise<void> => {
  await tx.query(
    `insert into usage_mark (complex_id, supply_id, meter_id, energy_wh, at, reverse_wh)
     values ($1, $2, $3, $4, $5, ${reverseRegister('$1', '$3')})`,
    [mark.complexId, mark.supplyId, mark.meterId, mark.energyWh, sqlTime(mark.at)],
  )
}

/** A register that a person has read off the meter; kept like any other reading. */
export const insertHandReading = async (
  tx: Tx,
  reading: { complexId: ComplexId; meterId: MeterId; energyWh: number },
): Promise<void> => {
  await tx.query(
    `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
     values ($1, $2, $3, $4, $3, $5)`,
    [
      reading.complexId,
      reading.meterId,
      sqlTime(tx.now),
      READING_SOURCES.byHand.code,
      reading.energyWh,
    ],
  )
}
