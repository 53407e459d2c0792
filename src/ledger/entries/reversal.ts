// Reversal 冲正: the mirror of a sale. What the sale gave is taken back from where it went, what it
// settled is owed again, and all of it leaves the till of whoever pays it back.

import { addFen, type Fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

/** `given`: where each part of the sale went; a negative part was owed to the tenant. */
export const reversalLines = (
  outOfPath: string,
  given: readonly { path: string; fen: Fen }[],
): Line[] =>
  [
    { path: outOfPath, fen: negFen(addFen(...given.map((part) => part.fen))) },
    ...given.map(({ path, fen }) => ({ path, fen })),
  ].filter((line) => line.fen !== 0)
