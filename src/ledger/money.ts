// Money 金额: whole fen in a branded safe integer. The only file that divides by a hundred;
// floating point never holds money (INV-04).

import { assert } from '../shared/assert.ts'
import type { Brand } from '../shared/ids.ts'

export type Fen = Brand<number, 'Fen'>

export const fen = (n: number): Fen => {
  assert(Number.isSafeInteger(n), `not whole fen: ${n}`)
  return (n + 0) as Fen
}
export const ZERO_FEN = fen(0)
export const addFen = (...amounts: readonly number[]): Fen =>
  fen(amounts.reduce((a, b) => a + b, 0))
export const negFen = (a: Fen): Fen => fen(a === 0 ? 0 : -a)

/** `1234` → `"12.34"`; exact, with a leading minus where negative. */
export const yuanText = (amount: Fen): string => {
  const digits = Math.abs(amount).toString().padStart(3, '0')
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Parses `"12.34"`, `"12.3"`, `"12"`; null where the text is no amount with at most 2 decimals. */
export const parseYuan = (text: string): Fen | null => {
  const m = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (!m) return null
  const [, sign, whole, part = ''] = m
  const n = Number(whole) * 100 + Number(part.padEnd(2, '0'))
  return fen(sign === '-' && n !== 0 ? -n : n)
}

/** The digits people say: whole yuan, 角 and 分 of the absolute amount. */
export const yuanParts = (amount: Fen): { yuan: number; jiao: number; fenDigit: number } => {
  const total = Math.abs(amount)
  const cents = total % 100
  return { yuan: (total - cents) / 100, jiao: Math.floor(cents / 10), fenDigit: cents % 10 }
}
