// The daily control of meters with a wallet 表内扣费核对: what the meter deducted between two
// readings of its wallet against the centre's price of the same time. The month as the centre
// prices it is kept too: when a price of the past changes, its difference is carried to the next
// sale.

import { contentHash } from '../ledger/chain.ts'
import { adjustmentLines } from '../ledger/entries/adjustment.ts'
import { fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { businessDay, type Day, type Instant } from '../shared/clock.ts'
import type { MeterId, SupplyId } from '../shared/ids.ts'
import { type BillKey, type KnownBill, knownBills, writeBills } from './bill-store.ts'
import { type Cause, reasonOf } from './causes.ts'
import { lineChanges } from './line-changes.ts'
import { monthOf, monthsFrom } from './month.ts'
import type { RatedMonth } from './rate.ts'
import { ratedMonths } from './rated-months.ts'
import type { ChargedComplex } from './store.ts'
import { pricedWallets, type WalletPriced, writeCheck } from './wallet-check-store.ts'
import { compareWallet, deductedBefore, inMeterFen } from './wallet-compare.ts'

export type WalletTime = {
  supplyId: SupplyId
  meterId: MeterId
  day: Day
  from: Instant
  until: Instant
  deductedFen: number
}

/** Registers further from a reading of the wallet than this share of the time tell nothing. */
const GAP_MAX = 200

const keyOf = ({ supplyId, tenantSince }: WalletPriced, month: Day): BillKey => ({
  ...{ supplyId, month, tenantSince },
})

const asked = (
  supply: WalletPriced,
  month: Day,
  known: KnownBill | undefined,
  at: { until: Instant; day: Day },
) => ({ supply, month, ...at, ends: false, yearWh: known?.yearWh ?? 0 })

/** In thousandths of the time between the two readings. */
const gapShareOf = (
  { from, until }: WalletTime,
  ends: { from: readonly RatedMonth[]; until: readonly RatedMonth[] },
): number => {
  const last = (rated: readonly RatedMonth[], otherwise: Instant): number =>
    rated.findLast(({ untilAt }) => untilAt !== null)?.untilAt ?? otherwise
  const gapMs = until - last(ends.until, from) + Math.max(0, from - last(ends.from, from))
  return Math.ceil((gapMs * 1_000) / Math.max(1, until - from))
}

const multiplierOf = (rated: readonly RatedMonth[]): number =>
  Math.max(
    1,
    ...rated.flatMap(({ meters }) =>
      meters.map(({ side, multiplier }) => (side === 'secondary' ? multiplier : 1)),
    ),
  )

/** After the wallet's use was posted, under the account's lock. */
export const checkWallet = async (
  tx: Tx,
  complex: ChargedComplex,
  wallet: WalletTime,
): Promise<void> => {
  const { complexId, zone, dayCutMinutes } = complex
  const { supplyId, meterId, day, from, until, deductedFen } = wallet
  const [supply] = await pricedWallets(tx, complexId, [supplyId])
  if (!supply || until <= from) return
  const monthAt = (at: Instant) => monthOf(businessDay(at, zone, dayCutMinutes))
  const months = monthsFrom(monthAt(from), monthAt(until))
  const keys = months.map((month) => keyOf(supply, month))
  const known = await knownBills(tx, complexId, keys)
  const at = (end: Instant) =>
    months.map((month, index) => asked(supply, month, known[index], { until: end, day }))
  const rated = await ratedMonths(tx, complex, [...at(from), ...at(until)])
  const ends = { from: rated.slice(0, months.length), until: rated.slice(months.length) }
  await writeBills(
    tx,
    complexId,
    keys.map((key, index) => ({
      ...key,
      version: (known[index]?.version ?? 0) + 1,
      rated: must(ends.until[index], 'every month is priced'),
    })),
  )
  const gapShare = gapShareOf(wallet, ends)
  if (gapShare > GAP_MAX) return
  const multiplier = multiplierOf(ends.until)
  const compared = compareWallet(ends, deductedFen, { multiplier, gapShare })
  await writeCheck(tx, { complexId, supplyId, meterId, day, from, until, deductedFen, ...compared })
}

/** A month of a wallet as it is priced now. */
export type WalletMonth = {
  supply: WalletPriced
  month: Day
  known: KnownBill
  rated: RatedMonth
}

const carry = async (
  tx: Tx,
  ids: Ids,
  complexId: ChargedComplex['complexId'],
  { supply, month, known, rated }: WalletMonth,
  cause: Cause,
): Promise<number> => {
  const owedFen = inMeterFen(rated.lines) - deductedBefore(known, rated)
  if (owedFen === 0) return 0
  const { supplyId, accountId, tenantSince } = supply
  const businessDate = await postingDay(tx, complexId, tx.now)
  const reason = reasonOf({ cause, day: month, businessDate, origin: month })
  const lines = adjustmentLines(accountId, fen(owedFen))
  await post(tx, {
    ...{ complexId, postingId: ids.uuid(), kind: 'adjustment', businessDate, lines },
    requestId: `adjust/${supplyId}/${month.slice(0, 7)}/${tenantSince}/v${known.version + 1}`,
    ...(reason !== null && { reason }),
    contentHash: contentHash({ supplyId, month, owedFen }),
  })
  return owedFen
}

/**
 * Only another price, or another multiplier, is carried: what the meter counted it has deducted.
 */
export const isCarried = (cause: Cause): boolean => cause === 'price' || cause === 'installation'

/** Months of a supply in meter mode that come out otherwise, as far as they were priced. */
export const repricedMonths = async (
  tx: Tx,
  complex: ChargedComplex,
  { supply, months }: { supply: WalletPriced; months: readonly Day[] },
): Promise<WalletMonth[]> => {
  const { complexId, zone, dayCutMinutes } = complex
  const keys = months.map((month) => keyOf(supply, month))
  const all = await knownBills(tx, complexId, keys)
  const before = months.flatMap((month, index) => {
    const known = must(all[index], 'every month has its bill')
    return known.untilAt === null ? [] : [{ month, known, until: known.untilAt }]
  })
  const day = businessDay(tx.now, zone, dayCutMinutes)
  const rated = await ratedMonths(
    tx,
    complex,
    before.map(({ month, known, until }) => ({
      ...asked(supply, month, known, { until, day }),
      billedWh: known.billedWh,
    })),
  )
  return before.flatMap(({ month, known }, index) => {
    const now = must(rated[index], 'every month is priced')
    // The order of fields is lost where they are stored.
    const same = lineChanges(known.lines, now.lines).length === 0
    return same ? [] : [{ supply, month, known, rated: now }]
  })
}

/**
 * Prices months of a supply in meter mode again and carries what is to be carried. Answers what
 * was carried, fen. The caller holds the account's lock.
 */
export const repriceWallet = async (
  tx: Tx,
  ids: Ids,
  complex: ChargedComplex,
  of: { supply: WalletPriced; months: readonly Day[]; cause: Cause },
): Promise<number> => {
  const { complexId } = complex
  let carriedFen = 0
  for (const one of await repricedMonths(tx, complex, of)) {
    if (isCarried(of.cause)) carriedFen += await carry(tx, ids, complexId, one, of.cause)
    const { supply, month, known, rated } = one
    const version = known.version + 1
    await writeBills(tx, complexId, [{ ...keyOf(supply, month), version, rated }])
  }
  return carriedFen
}
