// Thresholds as they are typed, pasted and shown 阈值输入: kW on the screen, W on the wire.

import type { ThresholdSheet } from '../../../http/contract/alarms.ts'
import { wholeWithin } from './whole.ts'

const W_MAX = 100_000_000
const DELAY_MAX_S = 86_400

/** `12.5` kW is 12500 W; null where it is no figure of at most a watt's fineness. */
export const wattsOf = (typed: string): number | null => {
  const found = /^(\d{1,6})(?:\.(\d{1,3}))?$/.exec(typed.trim())
  if (!found) return null
  const watts = Number(found[1]) * 1_000 + Number((found[2] ?? '').padEnd(3, '0'))
  return watts >= 1 && watts <= W_MAX ? watts : null
}

export const kwText = (watts: number | null): string => {
  if (watts === null) return '—'
  const text = String(Math.abs(watts)).padStart(4, '0')
  const part = text.slice(-3).replace(/0+$/, '')
  const whole = text.slice(0, -3)
  return `${watts < 0 ? '-' : ''}${part === '' ? whole : `${whole}.${part}`}`
}

export const delayOf = (typed: string): number | null => wholeWithin(typed, 0, DELAY_MAX_S)

export type PastedRow = ThresholdSheet['rows'][number]
export type Pasted = { rows: PastedRow[]; badLines: number[] }

/** Lines of meter number, kW and seconds as copied from a sheet; both empty: as the level above. */
export const pastedRows = (text: string): Pasted => {
  const rows: PastedRow[] = []
  const badLines: number[] = []
  for (const [n, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [meterNo = '', kw = '', delay = ''] = line.split(/[\t,，;；]/).map((cell) => cell.trim())
    const isEmpty = kw === '' && delay === ''
    const [powerW, delayS] = [wattsOf(kw), delayOf(delay)]
    if (meterNo !== '' && isEmpty) rows.push({ meterNo, powerW: null, delayS: null })
    else if (meterNo !== '' && powerW !== null && delayS !== null)
      rows.push({ meterNo, powerW, delayS })
    else badLines.push(n + 1)
  }
  return { rows, badLines }
}
