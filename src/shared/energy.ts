// Energy 电量: whole Wh in a branded safe integer.

import { assert } from './assert.ts'
import type { Brand } from './ids.ts'

export type Wh = Brand<number, 'Wh'>

const branded = (n: number): n is Wh => Number.isSafeInteger(n)

export const wh = (n: number): Wh => {
  assert(branded(n), `not whole Wh: ${n}`)
  return n
}
