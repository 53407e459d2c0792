// What a meter deducts against our price 表内扣费核对, PURE: two prices of the same time. They
// differ where the difference is more than steps of registers and what was estimated can make of
// it.

import type { Line } from '../tariff/lines.ts'
import { pricedFen, scaled } from '../tariff/rounding.ts'
import { lineChanges } from './line-changes.ts'

const isInMeter = ({ kind }: Line): boolean => kind === 'energy' || kind === 'lossShare'

/** What a meter can deduct; the rest is charged elsewhere. */
export const inMeterFen = (lines: readonly Line[]): number =>
  lines.reduce((sum, line) => sum + (isInMeter(line) ? line.fen : 0), 0)

/**
 * What counts as deducted of a month that is priced anew, fen: what it was priced with, and all
 * that energy comes to which has a price for the first time. No price stood for it here, but the
 * meter has deducted it by its own; carried it would be paid twice. Where other energy of the
 * month gets another price by the same change, what was added is parted by energy.
 */
export const deductedBefore = (
  known: { lines: readonly Line[]; unpricedWh: number },
  now: { lines: readonly Line[]; unpricedWh: number },
): number => {
  const added = lineChanges(known.lines, now.lines).filter(({ line }) => isInMeter(line))
  const sum = (of: readonly number[]): number =>
    of.reduce((total, one) => total + Math.max(0, one), 0)
  const addedWh = sum(added.map((change) => change.addedWh))
  const addedFen = sum(added.map((change) => change.addedFen))
  const firstWh = Math.min(addedWh, Math.max(0, known.unpricedWh - now.unpricedWh))
  const firstFen = firstWh === 0 ? 0 : scaled(addedFen, firstWh, addedWh)
  return inMeterFen(known.lines) + firstFen
}

/** The month at one end of the time. */
export type PricedAt = { lines: readonly Line[]; energyWh: number; estimatedWh: number }

export type Compared = {
  energyWh: number
  pricedFen: number
  slackFen: number
  astray: boolean
}

/** Two registers and two figures of money, each cut off at its own step. */
const STEPS_WH = 20
const STEPS_FEN = 3

/**
 * `multiplier` is that of a register's step; `gapShare` is how much of the time lies between a
 * reading of the wallet and the register nearest to it, in thousandths.
 */
export const compareWallet = (
  ends: { from: readonly PricedAt[]; until: readonly PricedAt[] },
  deductedFen: number,
  { multiplier, gapShare }: { multiplier: number; gapShare: number },
): Compared => {
  const sum = (of: (end: PricedAt) => number): number =>
    ends.until.reduce((total, end) => total + of(end), 0) -
    ends.from.reduce((total, end) => total + of(end), 0)
  const prices = ends.until.flatMap(({ lines }) =>
    lines.flatMap((line) => (line.kind === 'energy' ? [line.priceE8] : [])),
  )
  const dearest = Math.max(0, ...prices)
  const cheapest = Math.min(dearest, ...prices)
  const energyWh = sum((end) => end.energyWh)
  const estimatedWh = Math.max(
    0,
    sum((end) => end.estimatedWh),
  )
  const gapWh = Math.ceil((Math.max(0, energyWh) * gapShare) / 1_000)
  const slackFen =
    STEPS_FEN +
    pricedFen(STEPS_WH * multiplier + gapWh, dearest) +
    pricedFen(estimatedWh, dearest - cheapest)
  const priced = sum((end) => inMeterFen(end.lines))
  const astray = Math.abs(priced - deductedFen) > slackFen
  return { energyWh, pricedFen: priced, slackFen, astray }
}
