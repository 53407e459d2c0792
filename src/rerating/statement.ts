// A statement of what changed 清算明细, PURE: each kind of line of a month before and after, whatever
// version of the plan it stands under.

import type { StatementLine } from '../http/contract/rerate.ts'
import type { Line } from '../tariff/lines.ts'

const keyOf = (line: Line): string =>
  line.kind === 'energy' ? `energy ${line.period} ${line.tier}` : line.kind

type Side = { wh: number; fen: number; prices: Set<number> }

const sideOf = (lines: readonly Line[]): Side => {
  const side: Side = { wh: 0, fen: 0, prices: new Set() }
  for (const line of lines) {
    side.fen += line.fen
    if (line.kind !== 'energy') continue
    side.wh += line.energyWh
    side.prices.add(line.priceE8)
  }
  return side
}

const oneOf = ({ prices }: Side): number | null => {
  const [only = null, second] = prices
  return second === undefined ? only : null
}

/** In the order in which the lines stand; energy first. */
export const statementLines = (
  before: readonly Line[],
  after: readonly Line[],
): StatementLine[] => {
  const was = Map.groupBy(before, keyOf)
  const is = Map.groupBy(after, keyOf)
  const keys = [...new Set([...after, ...before].map(keyOf))]
  return keys.flatMap((key) => {
    const [line] = is.get(key) ?? was.get(key) ?? []
    if (!line) return []
    const [a, b] = [sideOf(was.get(key) ?? []), sideOf(is.get(key) ?? [])]
    const energy = line.kind === 'energy'
    return [
      {
        kind: line.kind,
        period: energy ? line.period : null,
        tier: energy ? line.tier : null,
        ...{ beforeWh: a.wh, beforeE8: oneOf(a), beforeFen: a.fen },
        ...{ afterWh: b.wh, afterE8: oneOf(b), afterFen: b.fen },
        differenceFen: b.fen - a.fen,
      },
    ]
  })
}
