// One parameter of a meter 参变量: how it is read, and how it is written where it may be.

import type { ERR, Exchange } from './exchange.ts'

export type Parameter = {
  read: (exchange: Exchange) => Buffer | null
  /** False, or the bit that says why, refuses the value. Absent: read only. */
  write?: (exchange: Exchange, value: Buffer) => boolean | keyof typeof ERR
}
