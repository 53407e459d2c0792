// Fees beside the energy charge 附加费用, PURE: each a line of its own that says what it was reckoned
// from. Loss share and service fee grow with the use, the others are charged at the end of a month.

import { addFen, type Fen, fen } from '../ledger/money.ts'
import type { EnergyLine, FeeLine } from './lines.ts'
import type { Missing, MonthEnd } from './month-end.ts'
import type { Fee, PlanVersion } from './plan.ts'
import { adjustmentE6, powerFactor } from './power-factor.ts'
import { pricedFen, scaled, shareFen } from './rounding.ts'

type Priced = { plan: PlanVersion; lines: readonly EnergyLine[] }
type Fees = { lines: FeeLine[]; missing: Missing[] }

const named = ({ planId, version }: PlanVersion) => ({ planId, version })
const sumFen = (lines: readonly { fen: Fen }[]): Fen => addFen(...lines.map((line) => line.fen))
const sumWh = (lines: readonly EnergyLine[]): number =>
  lines.reduce((sum, line) => sum + line.energyWh, 0)

/** On the energy lines of one version. */
const feeLine = (
  kind: 'lossShare' | 'serviceFee',
  fee: Fee | undefined,
  { plan, lines }: Priced,
): FeeLine[] => {
  if (fee === undefined || lines.length === 0) return []
  if (fee.kind === 'share') {
    const { rateE6 } = fee
    const baseFen = sumFen(lines)
    return [{ kind, ...named(plan), per: 'share', rateE6, baseFen, fen: shareFen(baseFen, rateE6) }]
  }
  const { addE8 } = fee
  const energyWh = sumWh(lines)
  return [{ kind, ...named(plan), per: 'perKwh', addE8, energyWh, fen: pricedFen(energyWh, addE8) }]
}

const basicLines = (plan: PlanVersion, end: MonthEnd): Fees => {
  const { basic } = plan.definition
  const { days, ofDays, maxDemandW = null, capacityVa = null } = end
  if (basic === undefined) return { lines: [], missing: [] }
  if (basic.kind === 'demand') {
    if (maxDemandW === null) return { lines: [], missing: ['maxDemand'] }
    const { perKwE8 } = basic
    const due = pricedFen(maxDemandW, perKwE8, days, ofDays)
    const line = { kind: 'demand', maxDemandW, perKwE8, days, ofDays } as const
    return { lines: [{ ...line, ...named(plan), fen: due }], missing: [] }
  }
  if (capacityVa === null) return { lines: [], missing: ['capacity'] }
  const { perKvaE8 } = basic
  const due = pricedFen(capacityVa, perKvaE8, days, ofDays)
  const line = { kind: 'capacity', capacityVa, perKvaE8, days, ofDays } as const
  return { lines: [{ ...line, ...named(plan), fen: due }], missing: [] }
}

/**
 * On energy and basic charge of the whole month (〔83〕水电财字215号): reactive energy of a month
 * beside the use of a part of it would be a penalty for a reading that did not come.
 */
const powerFactorLines = (
  plan: PlanVersion,
  end: MonthEnd,
  base: { energyWh: number; fen: Fen },
): Fees => {
  const standard = plan.definition.powerFactor?.standard
  if (standard === undefined) return { lines: [], missing: [] }
  const { reactiveVarh = null } = end
  if (reactiveVarh === null) return { lines: [], missing: ['reactive'] }
  if (!end.read) return { lines: [], missing: [] }
  const factor = powerFactor(base.energyWh, reactiveVarh)
  const rateE6 = adjustmentE6(standard, factor)
  const line = { kind: 'powerFactor', standard, factor, rateE6, baseFen: base.fen } as const
  return { lines: [{ ...line, ...named(plan), fen: shareFen(base.fen, rateE6) }], missing: [] }
}

const minimumLines = (plan: PlanVersion, end: MonthEnd, reachedFen: Fen): FeeLine[] => {
  const { minimumFen } = plan.definition
  if (minimumFen === undefined) return []
  const { days, ofDays } = end
  const short = scaled(minimumFen, days, ofDays) - reachedFen
  if (short <= 0) return []
  const line = { kind: 'minimum', minimumFen, reachedFen, days, ofDays } as const
  return [{ ...line, ...named(plan), fen: fen(short) }]
}

/** What is charged once a month goes by the version that held last. */
export const feeLines = (priced: readonly Priced[], end: MonthEnd | null): Fees => {
  const loss = priced.flatMap((one) => feeLine('lossShare', one.plan.definition.lossShare, one))
  const service = priced.flatMap((one) =>
    feeLine('serviceFee', one.plan.definition.serviceFee, one),
  )
  const held = end?.plan ?? priced.at(-1)?.plan
  if (end === null || held === undefined) return { lines: [...loss, ...service], missing: [] }
  const energy = priced.flatMap((one) => one.lines)
  const basic = basicLines(held, end)
  const factor = powerFactorLines(held, end, {
    energyWh: sumWh(energy),
    fen: sumFen([...energy, ...basic.lines]),
  })
  const minimum = minimumLines(held, end, sumFen([...energy, ...loss]))
  return {
    lines: [...loss, ...service, ...basic.lines, ...factor.lines, ...minimum],
    missing: [...basic.missing, ...factor.missing],
  }
}
