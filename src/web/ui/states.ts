// The states of a meter 电表状态 and what may stand beside them, in the order of every screen. Their
// colours are the one table of states.css, their signs that of state-tag.tsx.

import type { BoardItem } from '../../http/contract.ts'

export type MeterState = BoardItem['state']

export const METER_STATES = [
  'normal',
  'alarm1',
  'alarm2',
  'arrears',
  'notOpened',
  'offline',
] as const satisfies readonly MeterState[]

/** Tripped as it was read, kept as it was ordered, held since its purchase count did not agree. */
export const MARKS = ['tripped', 'kept', 'held'] as const
export type Mark = (typeof MARKS)[number]

/** Every row of the table of colours. */
export const SHOWN_STATES = [...METER_STATES, ...MARKS] as const
export type ShownState = (typeof SHOWN_STATES)[number]

export const isShownState = (text: string): text is ShownState =>
  SHOWN_STATES.some((state) => state === text)

type Marked = Pick<BoardItem, 'relay' | 'mode' | 'held'>

export const hasMark = ({ relay, mode, held }: Marked, mark: Mark): boolean => {
  switch (mark) {
    case 'tripped':
      return relay === 'tripped'
    case 'kept':
      return mode === 'kept'
    case 'held':
      return held
  }
}

/** Its one state, and whichever marks it bears. */
export const isShownAs = (item: Marked & Pick<BoardItem, 'state'>, shown: ShownState): boolean =>
  MARKS.some((mark) => mark === shown && hasMark(item, mark)) || item.state === shown
