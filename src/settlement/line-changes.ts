// What a charge changed 明细变动, PURE: the lines of a month before and after, line by line. The
// changes of all charges of a month sum to its lines.

import { ZERO_FEN } from '../ledger/money.ts'
import type { Line } from '../tariff/lines.ts'

/** A line as it stands after the charge, with what the charge added to it. */
export type LineChange = { line: Line; addedWh: number; addedFen: number }

const keyOf = (line: Line): string =>
  line.kind === 'energy'
    ? `${line.planId} ${line.version} ${line.period} ${line.tier}`
    : `${line.planId} ${line.version} ${line.kind}`

const whOf = (line: Line): number => (line.kind === 'energy' ? line.energyWh : 0)

/** A line that is gone is shown with nothing left. */
const emptied = (line: Line): Line =>
  line.kind === 'energy'
    ? { ...line, energyWh: 0, fen: ZERO_FEN, estimatedWh: 0 }
    : { ...line, fen: ZERO_FEN }

/** Only what changed, in the order of the lines. */
export const lineChanges = (before: readonly Line[], after: readonly Line[]): LineChange[] => {
  const was = new Map(before.map((line) => [keyOf(line), line]))
  const is = new Set(after.map(keyOf))
  const changed = after.flatMap((line) => {
    const old = was.get(keyOf(line))
    const addedWh = whOf(line) - (old ? whOf(old) : 0)
    const addedFen = line.fen - (old?.fen ?? 0)
    return addedWh === 0 && addedFen === 0 ? [] : [{ line, addedWh, addedFen }]
  })
  const gone = before
    .filter((line) => !is.has(keyOf(line)))
    .map((line) => ({ line: emptied(line), addedWh: -whOf(line), addedFen: -line.fen }))
  return [...changed, ...gone]
}
