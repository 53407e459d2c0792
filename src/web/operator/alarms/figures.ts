// Figures of a rule as people read and type them 规则数值: amounts in yuan, everything else as it is.

import type { AlarmRuleShown } from '../../../http/contract/alarms.ts'
import { fenOf, typedYuan } from '../../ui/money-text.ts'
import { wholeWithin } from './whole.ts'

export type Figure = AlarmRuleShown['figures'][number]

export const figureText = (unit: Figure['unit'], value: number): string =>
  unit === 'fen' ? typedYuan(value) : String(value)

/** Null where it is no such figure, or out of its bounds. */
export const figureOf = ({ unit, min, max }: Figure, typed: string): number | null => {
  if (unit !== 'fen') return wholeWithin(typed, min, max)
  const value = fenOf(typed)
  return value !== null && value >= min && value <= max ? value : null
}
