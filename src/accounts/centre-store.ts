// Accounts in centre mode 后台计费户 as selling sees them: what is left, and how many sales there were.

import { READING_SOURCES } from '../metering/readings/reading-sources.ts'
import type { Tx } from '../ports/database.ts'
import { reverseRegister } from '../registers/reverse-register.ts'
import { centreBalances } from '../settlement/centre-balance.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId } from '../shared/ids.ts'
import type { LockedAccount } from './store.ts'

/** Null until every meter of the account has been read: unknown is not zero. */
export const availableOf = async (
  tx: Tx,
  account: Pick<LockedAccount, 'complexId' | 'accountId'>,
): Promise<{ fen: number | null; asOf: Instant | null }> => {
  const accounts = [account.accountId]
  const [found] = await centreBalances(tx, account.complexId, { accounts })
  return { fen: found?.availableFen ?? null, asOf: found?.asOf ?? null }
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

/**
 * The register from which the centre charges: what it showed when the supply began. It is kept as a
 * reading too (unless it is one, or was noted when the meter was hung), so that the first charge is
 * told from it.
 */
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
    `with kept as (
       insert into reading (complex_id, meter_id, at, source, received_at, energy_wh, reverse_wh)
       select $1, $3, $5, $6, $5, $4, ${reverseRegister('$1', '$3')}
       where not exists (select from reading r
         where r.complex_id = $1 and r.meter_id = $3 and r.at = $5)
       and not exists (select from installation i where i.complex_id = $1 and i.meter_id = $3
         and i.since = $5 and i.initial_wh is not null)
     )
     insert into usage_mark (complex_id, supply_id, meter_id, energy_wh, at, reverse_wh)
     values ($1, $2, $3, $4, $5, ${reverseRegister('$1', '$3')})`,
    [
      mark.complexId,
      mark.supplyId,
      mark.meterId,
      mark.energyWh,
      sqlTime(mark.at),
      READING_SOURCES.status.code,
    ],
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
