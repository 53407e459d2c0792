// Settlement 结算: a month is priced as far as it was read, and what it comes to less what was
// posted is charged. The one way for the day's charge, last charges and whatever is known later
// (INV-28).

import { contentHash } from '../ledger/chain.ts'
import { consumptionLines } from '../ledger/entries/consumption.ts'
import { fen } from '../ledger/money.ts'
import { type PostingOrder, postAll } from '../ledger/post.ts'
import { postingDayOf } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Day, plusMs } from '../shared/clock.ts'
import type { Uuid } from '../shared/ids.ts'
import type { Line } from '../tariff/lines.ts'
import {
  type BillKey,
  insertCharges,
  type KnownBill,
  knownBills,
  type NewCharge,
  writeBills,
} from './bill-store.ts'
import { type Cause, reasonOf } from './causes.ts'
import { lineChanges } from './line-changes.ts'
import { monthOf, monthsFrom } from './month.ts'
import type { RatedMonth } from './rate.ts'
import { ratedMonths } from './rated-months.ts'
import type { ChargedComplex, ChargedSupply, DayEnd } from './store.ts'

/** One supply and what is to be charged. */
export type Turn = {
  supply: ChargedSupply
  /** The business day that the charge belongs to. */
  day: Day
  /** The reading up to which it is charged; null: none came since the mark. */
  until: DayEnd | null
  /** Null: the use of a day, or up to a final register; then the mark moves. */
  cause: Cause | null
  /** Only these months; left out: those between the mark and the reading. */
  months?: readonly Day[]
  /** The supply, or its tenant's part of it, ends with this charge. */
  ends?: boolean
  /** Unique for ever, of the charge that belongs to the day's own month. */
  requestId?: string
}

type Part = { turn: Turn; key: BillKey }

/** The months that a turn may change, the first first. */
const monthsOf = ({ supply, day, until, months }: Turn, complex: ChargedComplex): Day[] => {
  if (months) return [...months]
  if (until === null) return [monthOf(day)]
  const { zone, dayCutMinutes } = complex
  const monthAt = (ms: number) =>
    monthOf(businessDay(plusMs(supply.markAt, ms), zone, dayCutMinutes))
  // A reading of the very moment a month begins belongs to the month before.
  const found = monthsFrom(monthAt(0), monthAt(until.at - supply.markAt - 1))
  return found.length === 0 ? [monthOf(day)] : found
}

const feeOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, line) => sum + (line.kind === 'serviceFee' ? line.fen : 0), 0)

/** A month as it is priced now, with what was charged and what is to be charged for it. */
export type Priced = Part & { known: KnownBill; rated: RatedMonth; charge: NewCharge }

const chargeOf = (part: Part, known: KnownBill, rated: RatedMonth): Priced => {
  const { turn, key } = part
  const { supply, day, until, cause } = turn
  const charge: NewCharge = {
    ...{ ...key, meterId: supply.meterId, day, cause, postingId: null },
    lines: lineChanges(known.lines, rated.lines),
    energyWh: rated.energyWh - known.postedWh,
    dueFen: rated.totalFen - known.postedFen,
    ...{ from: supply.markAt, until },
  }
  return { ...part, known, rated, charge }
}

/** The use of a day is written even where there was none; anything else only where it changed. */
export const isWritten = ({ turn, key, charge }: Priced): boolean =>
  charge.dueFen !== 0 ||
  charge.energyWh !== 0 ||
  charge.lines.length > 0 ||
  (turn.cause === null && key.month === monthOf(turn.day))

const isOwnMonth = ({ turn, key }: Priced): boolean => key.month === monthOf(turn.day)

const requestOf = (priced: Priced): string => {
  const { turn, key, known } = priced
  const { supplyId, month, tenantSince } = key
  if (turn.cause === null && isOwnMonth(priced))
    return turn.requestId ?? `usage/${supplyId}/${turn.day}`
  return `usage/${supplyId}/${month.slice(0, 7)}/${tenantSince}/v${known.version + 1}`
}

type Ordered = { postingId: Uuid; priced: Priced; businessDate: Day }

const orderOf = (
  { complexId }: ChargedComplex,
  { postingId, priced, businessDate }: Ordered,
): PostingOrder => {
  const { turn, key, known, rated, charge } = priced
  const origin = isOwnMonth(priced) ? null : key.month
  const reason = reasonOf({ cause: turn.cause, day: turn.day, businessDate, origin })
  const { supplyId, month } = key
  const { energyWh, dueFen } = charge
  return {
    ...{ complexId, postingId, requestId: requestOf(priced), kind: 'consumption', businessDate },
    ...(reason !== null && { reason }),
    contentHash: contentHash({ supplyId, day: turn.day, month, energyWh, dueFen }),
    lines: consumptionLines(
      turn.supply.accountId,
      fen(dueFen),
      fen(feeOf(rated.lines) - feeOf(known.lines)),
    ),
  }
}

/** Posts what is due, all of it in one statement; answers the charges with their postings. */
const postCharges = async (
  tx: Tx,
  ids: Ids,
  complex: ChargedComplex,
  written: readonly Priced[],
): Promise<NewCharge[]> => {
  const days = new Map<Day, Day>()
  const orders: PostingOrder[] = []
  const charges: NewCharge[] = []
  for (const priced of written) {
    const { turn, charge } = priced
    const postingId = charge.dueFen === 0 ? null : ids.uuid()
    charges.push({ ...charge, postingId })
    if (postingId === null) continue
    const known = days.get(turn.day)
    const businessDate = known ?? (await postingDayOf(tx, complex.complexId, turn.day))
    days.set(turn.day, businessDate)
    orders.push(orderOf(complex, { postingId, priced, businessDate }))
  }
  if (orders.length > 0) await postAll(tx, orders)
  return charges
}

const yearOf = ({ yearWh, billedWh }: KnownBill) => ({ yearWh, billedWh })

/** What each turn would charge; nothing is written and nobody is kept waiting. */
export const pricedTurns = async (
  tx: Tx,
  complex: ChargedComplex,
  turns: readonly Turn[],
): Promise<Priced[]> => {
  const parts = turns.flatMap((turn) =>
    monthsOf(turn, complex).map((month): Part => {
      const { supplyId, tenantSince } = turn.supply
      return { turn, key: { supplyId, month, tenantSince } }
    }),
  )
  const known = await knownBills(
    tx,
    complex.complexId,
    parts.map(({ key }) => key),
  )
  const rated = await ratedMonths(
    tx,
    complex,
    parts.map(({ turn, key }, index) => ({
      ...{ supply: turn.supply, month: key.month, day: turn.day, ends: turn.ends ?? false },
      until: turn.until?.at ?? turn.supply.markAt,
      ...yearOf(must(known[index], 'every month has its bill')),
    })),
  )
  return parts.map((part, index) =>
    chargeOf(
      part,
      must(known[index], 'every month has its bill'),
      must(rated[index], 'every month is priced'),
    ),
  )
}

export type Settled = { turn: Turn; dueFen: number }

/**
 * Charges what each turn comes to; the caller holds the accounts' locks, and supplies are as they
 * stand under them. Answers what was charged of each, fen.
 */
export const settleTurns = async (
  tx: Tx,
  ids: Ids,
  complex: ChargedComplex,
  turns: readonly Turn[],
): Promise<Settled[]> => {
  const { complexId } = complex
  const written = (await pricedTurns(tx, complex, turns)).filter(isWritten)
  const charges = await postCharges(tx, ids, complex, written)
  await writeBills(
    tx,
    complexId,
    written.map(({ key, known, rated }) => ({ ...key, version: known.version + 1, rated })),
  )
  await insertCharges(tx, complexId, charges)
  const due = new Map<Turn, number>()
  for (const { turn, charge } of written) due.set(turn, (due.get(turn) ?? 0) + charge.dueFen)
  return turns.map((turn) => ({ turn, dueFen: due.get(turn) ?? 0 }))
}
