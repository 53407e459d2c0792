// What counts as paid for electricity 计入电价的金额, PURE: all lines of a bill, the service fee only
// where the complex says so.

import type { Line } from '../tariff/lines.ts'
import type { Charged } from './ceiling.ts'

export type Counted = Charged & {
  energyFen: number
  lossFen: number
  serviceFen: number
  otherFen: number
}

type Part = 'energyFen' | 'lossFen' | 'serviceFen' | 'otherFen'
const PART_OF: Readonly<Record<Line['kind'], Part>> = {
  energy: 'energyFen',
  lossShare: 'lossFen',
  serviceFee: 'serviceFen',
  demand: 'otherFen',
  capacity: 'otherFen',
  powerFactor: 'otherFen',
  minimum: 'otherFen',
}

type Shown = Pick<Line, 'kind' | 'fen'>

export const countedOf = (
  lines: readonly Shown[],
  energyWh: number,
  { serviceFee }: { serviceFee: boolean },
): Counted => {
  const parts = { energyFen: 0, lossFen: 0, serviceFen: 0, otherFen: 0 }
  let countedFen = 0
  let counts = 0
  for (const { kind, fen } of lines) {
    parts[PART_OF[kind]] += fen
    if (kind === 'serviceFee' && !serviceFee) continue
    countedFen += fen
    counts += 1
  }
  return { ...parts, countedFen, energyWh, lines: counts }
}
