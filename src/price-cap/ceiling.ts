// The ceiling 价格上限, PURE and exact: a fraction of fen per Wh, so that nobody is called too dear by
// the rounding of a price.

import type { CapBasis } from '../http/contract/price-cap.ts'
import { type Fen, fen } from '../ledger/money.ts'
import { assert } from '../shared/assert.ts'
import { divideRounded } from '../tariff/rounding.ts'

/** So many fen for so many Wh. */
export type Ratio = { fen: bigint; wh: bigint }

/** 1 fen/Wh = 10 yuan/kWh, in 10⁻⁸ yuan/kWh. */
const E8_PER_FEN_WH = 1_000_000_000n
const MILLION = 1_000_000n

/** Tenants, common use and loss are all that was bought. */
export const lossesSum = (basis: CapBasis): boolean => {
  if (basis.kind === 'catalogue' || basis.losses === undefined) return true
  const { tenantsWh, commonWh, lossWh } = basis.losses
  return tenantsWh + commonWh + lossWh === basis.boughtWh
}

const basisRatio = (basis: CapBasis): Ratio => {
  if (basis.kind === 'catalogue') return { fen: BigInt(basis.priceE8), wh: E8_PER_FEN_WH }
  const { billFen, boughtWh, losses } = basis
  const average = { fen: BigInt(billFen), wh: BigInt(boughtWh) }
  if (losses === undefined) return average
  const { tenantsWh, lossWh } = losses
  return {
    fen: average.fen * BigInt(tenantsWh + lossWh),
    wh: average.wh * BigInt(tenantsWh),
  }
}

export const ceilingOf = (basis: CapBasis, marginE6: number): Ratio => {
  const { fen: cents, wh } = basisRatio(basis)
  return { fen: cents * (MILLION + BigInt(marginE6)), wh: wh * MILLION }
}

/** 10⁻⁸ yuan per kWh, rounded. */
export const priceE8Of = (ratio: Ratio): number =>
  Number(divideRounded(ratio.fen * E8_PER_FEN_WH, ratio.wh))

/** What the ceiling allows for so much energy, rounded as a line is. */
export const allowedFen = (ceiling: Ratio, energyWh: number): Fen =>
  fen(Number(divideRounded(ceiling.fen * BigInt(energyWh), ceiling.wh)))

/** What was charged, in how many lines, each of them rounded to the fen. */
export type Charged = { countedFen: number; energyWh: number; lines: number }

/** Null where nothing was used. */
export const effectiveE8 = ({ countedFen, energyWh }: Charged): number | null =>
  energyWh === 0 ? null : priceE8Of({ fen: BigInt(countedFen), wh: BigInt(energyWh) })

/** Above the ceiling by more than the rounding of its lines, which is half a fen each. */
export const isOver = (ceiling: Ratio, { countedFen, energyWh, lines }: Charged): boolean => {
  assert(energyWh >= 0 && lines >= 0, 'use and lines are counted from nought')
  const surelyHalves = 2n * BigInt(countedFen) - BigInt(lines)
  return energyWh > 0 && surelyHalves * ceiling.wh > 2n * ceiling.fen * BigInt(energyWh)
}
