// Why a month that was charged before is charged again 重算原因: a closed list with its words, for
// the posting's reason and for people.

import type { Day } from '../shared/clock.ts'

export const CAUSES = {
  reading: { zh: '补抄或迟到的读数', en: 'a reading that came late' },
  decision: { zh: '可疑读数裁定', en: 'a decision about a doubtful reading' },
  price: { zh: '电价或方案变更', en: 'a changed price or plan' },
  figures: { zh: '月度计量录入', en: 'demand or reactive energy of the month' },
  installation: { zh: '装表或倍率变更', en: 'a changed installation or multiplier' },
} as const
export type Cause = keyof typeof CAUSES

export const isCause = (text: string): text is Cause => Object.hasOwn(CAUSES, text)

type Origin = {
  cause: Cause | null
  day: Day
  businessDate: Day
  /** The month that changed, where it is not the day's own. */
  origin: Day | null
}

/** Null: the day's own use on its own day needs no reason. */
export const reasonOf = ({ cause, day, businessDate, origin }: Origin): string | null => {
  const month = origin?.slice(0, 7)
  if (cause !== null) {
    const { zh, en } = CAUSES[cause]
    const of = month ?? day.slice(0, 7)
    return `${of} 重算：${zh} / ${of} priced again: ${en}`
  }
  if (month !== undefined) return `${month} 月末用电 / used until the end of ${month}`
  // A late day names its origin.
  return businessDate === day ? null : `用电日 / used on ${day}`
}
