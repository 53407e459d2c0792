// Accounts in centre mode 后台计费户 as selling sees them: what is left, and how many sales there were.

import { READING_SOURCES } from '../metering/readings/reading-sources.ts'
import type { Tx } from '../ports/database.ts'
import { reverseRegister } from '../registers/reverse-register.ts'
import { centreBalances } from '../settlement/centre-balance.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId } from '../shared/ids.ts'
import type { LockedAccount } from './store.ts'

export type Available = { fen: number | null; asOf: Instant | null }

/** Null until every meter of an account has been read: unknown is not zero. */
export const availableOfAll = async (
  tx: Tx,
  complex: ComplexId,
  accounts: readonly AccountId[],
): Promise<Map<AccountId, Available>> => {
  const found = await centreBalances(tx, complex, { accounts })
  return new Map(found.map((one) => [one.accountId, { fen: one.availableFen, asOf: one.asOf }]))
}

export const availableOf = async (
  tx: Tx,
  { complexId, accountId }: Pick<LockedAccount, 'complexId' | 'accountId'>,
): Promise<Available> =>
  (await availableOfAll(tx, complexId, [accountId])).get(accountId) ?? { fen: null, asOf: null }

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

export type UsageMark = { supplyId: SupplyId; meterId: MeterId; energyWh: number; at: Instant }

const USAGE_MARKS = `
  with said as (
    select * from unnest($2::integer[], $3::integer[], $4::bigint[], $5::timestamptz[])
      as u(supply_id, meter_id, energy_wh, at)
  ), kept as (
    insert into reading (complex_id, meter_id, at, source, received_at, energy_wh, reverse_wh)
    select $1, meter_id, at, $6, at, energy_wh, ${reverseRegister('$1', 'said.meter_id')}
    from said
    where not exists (select from reading r
      where r.complex_id = $1 and r.meter_id = said.meter_id and r.at = said.at)
    and not exists (select from installation i where i.complex_id = $1
      and i.meter_id = said.meter_id and i.since = said.at and i.initial_wh is not null)
  )
  insert into usage_mark (complex_id, supply_id, meter_id, energy_wh, at, reverse_wh)
  select $1, supply_id, meter_id, energy_wh, at, ${reverseRegister('$1', 'said.meter_id')}
  from said`

/**
 * The registers from which the centre charges: what they showed when the supplies began. Each is
 * kept as a reading too (unless it is one, or was noted when the meter was hung), so that the first
 * charge is told from it.
 */
export const insertUsageMarks = async (
  tx: Tx,
  complex: ComplexId,
  marks: readonly UsageMark[],
): Promise<void> => {
  if (marks.length === 0) return
  await tx.query(USAGE_MARKS, [
    complex,
    marks.map((mark) => mark.supplyId),
    marks.map((mark) => mark.meterId),
    marks.map((mark) => mark.energyWh),
    marks.map((mark) => sqlTime(mark.at)),
    READING_SOURCES.status.code,
  ])
}

export type HandReading = { meterId: MeterId; energyWh: number }

/** Registers that a person has read off the meters; kept like any other readings. */
export const insertHandReadings = async (
  tx: Tx,
  complex: ComplexId,
  readings: readonly HandReading[],
): Promise<void> => {
  if (readings.length === 0) return
  await tx.query(
    `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
     select $1, meter_id, $2, $3, $2, energy_wh
     from unnest($4::integer[], $5::bigint[]) as u(meter_id, energy_wh)`,
    [
      ...[complex, sqlTime(tx.now), READING_SOURCES.byHand.code],
      readings.map((reading) => reading.meterId),
      readings.map((reading) => reading.energyWh),
    ],
  )
}

export const insertHandReading = (
  tx: Tx,
  { complexId, ...reading }: HandReading & { complexId: ComplexId },
): Promise<void> => insertHandReadings(tx, complexId, [reading])
