// Where a reading comes from 读数来源: a closed list; the code is `reading.source` and part of the
// key, so that a freeze and a reading of the same moment stand beside each other.

import type { Words } from '../../shared/words.ts'
import type { FreezeKind } from '../driver.ts'

type Row = {
  code: number
  /** Its time is the device's own word; otherwise it is when the answer came. */
  told: boolean
  words: Words
}

export const READING_SOURCES = {
  energy: { code: 1, told: false, words: { zh: '电量轮抄', en: 'energy round' } },
  status: { code: 2, told: false, words: { zh: '状态轮抄', en: 'status round' } },
  dailyFreeze: { code: 3, told: true, words: { zh: '日冻结', en: 'daily freeze' } },
  monthlyFreeze: { code: 4, told: true, words: { zh: '月冻结', en: 'monthly freeze' } },
  onDemand: { code: 5, told: false, words: { zh: '实时抄读', en: 'on demand' } },
  byHand: { code: 6, told: false, words: { zh: '人工录入', en: 'entered by hand' } },
  intervalFreeze: { code: 7, told: true, words: { zh: '整点冻结', en: 'interval freeze' } },
  pushed: { code: 8, told: true, words: { zh: '网关主动上报', en: 'sent by the gateway' } },
} as const satisfies Record<string, Row>

export type ReadingSource = keyof typeof READING_SOURCES

export const isSource = (name: string): name is ReadingSource => name in READING_SOURCES
const NAMES = Object.keys(READING_SOURCES).filter(isSource)
const BY_CODE = new Map<number, ReadingSource>(
  NAMES.map((name) => [READING_SOURCES[name].code, name]),
)

/** Null for a code this program does not know. */
export const readingSourceOf = (code: number): ReadingSource | null => BY_CODE.get(code) ?? null

/** Whether the time of such a reading is the device's own word. */
export const isTold = (code: number): boolean => {
  const source = readingSourceOf(code)
  return source !== null && READING_SOURCES[source].told
}

export const FREEZE_SOURCE: Readonly<Record<FreezeKind, number>> = {
  interval: READING_SOURCES.intervalFreeze.code,
  daily: READING_SOURCES.dailyFreeze.code,
  monthly: READING_SOURCES.monthlyFreeze.code,
}
