// What is typed about hanging a meter 装表内容, and what of it is sent.

import type { HungMeter } from '../../../http/contract/collection.ts'
import { whOf } from '../../ui/money-text.ts'
import { wholeTyped } from '../../ui/whole-text.ts'

export type HungTyped = {
  pointId: number | null
  multiplier: string
  side: 'primary' | 'secondary'
  direction: NonNullable<HungMeter['direction']>
  initialKwh: string
  initialReverseKwh: string
  maxPowerKw: string
}

export const NOT_HUNG: HungTyped = {
  pointId: null,
  multiplier: '1',
  side: 'secondary',
  direction: 'combined',
  initialKwh: '',
  initialReverseKwh: '',
  maxPowerKw: '',
}

/** Null where nothing is typed, undefined where it can't be read. Thousandths of what is typed. */
const optional = (text: string): number | null | undefined =>
  text.trim() === '' ? null : (whOf(text.trim()) ?? undefined)

/** Null where something is missing or can't be read. A ratio of 1 multiplies nothing. */
export const hungOf = (typed: HungTyped): HungMeter | null => {
  const { pointId, side, direction } = typed
  const multiplier = wholeTyped(typed.multiplier)
  const initialWh = optional(typed.initialKwh)
  const initialReverseWh = optional(typed.initialReverseKwh)
  const maxPowerW = optional(typed.maxPowerKw)
  if (pointId === null || multiplier === null || multiplier < 1) return null
  if ([initialWh, initialReverseWh, maxPowerW].includes(undefined)) return null
  return {
    ...{ pointId, multiplier, direction, side: multiplier === 1 ? 'primary' : side },
    ...(typeof initialWh === 'number' && { initialWh }),
    ...(typeof initialReverseWh === 'number' &&
      direction === 'forwardPlusReverse' && { initialReverseWh }),
    ...(typeof maxPowerW === 'number' && { maxPowerW }),
  }
}
