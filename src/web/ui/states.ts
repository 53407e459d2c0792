// The six states 六种状态 in the order of every screen. Their colours stand in states.css.

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

export const isMeterState = (text: string): text is MeterState =>
  METER_STATES.some((state) => state === text)
