// A decision about a reading that was charged beyond 追溯裁定: what it says now leads to other months.

import type { Static } from 'typebox'
import type { ReadingChange } from '../http/contract/rerate.ts'
import { recordDecision } from '../metering/readings/decisions.ts'
import { isSource, READING_SOURCES } from '../metering/readings/reading-sources.ts'
import { monthBefore, monthOf } from '../settlement/month.ts'
import { reachedFrom } from '../settlement/rerate-store.ts'
import { businessDay, parseRfc3339, rfc3339 } from '../shared/clock.ts'
import { meterId as meterIdOf } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { RerateDeps } from './deps.ts'
import type { Lay } from './laid.ts'
import { suppliesOfMeter } from './meter-supply-store.ts'

const VERDICTS = {
  accepted: { zh: '采信', en: 'accepted' },
  rejected: { zh: '不采信', en: 'rejected' },
} as const

export const layReading =
  (deps: Pick<RerateDeps, 'ids' | 'models'>): Lay<Static<typeof ReadingChange>> =>
  async (tx, complex, { change, note }) => {
    const { complexId, zone, dayCutMinutes } = complex
    const at = parseRfc3339(change.at)
    const meterId = meterIdOf(change.meterId)
    const { source, verdict } = change
    if (at === null || !isSource(source))
      throw new Refusal('invalid_input', { where: 'body', field: at === null ? 'at' : 'source' })
    const { code } = READING_SOURCES[source]
    const decided = await recordDecision(tx, deps, {
      ...{ meterId, at, source: code, verdict, reason: note },
    })
    const { meterNo, supplies } = await suppliesOfMeter(tx, complexId, meterId, at)
    // The reading also tells where the month before it ends.
    const month = monthBefore(monthOf(businessDay(at, zone, dayCutMinutes)))
    const time = rfc3339(at, zone).slice(0, 16).replace('T', ' ')
    const more = decided.following
    const [also, alsoEn] =
      more === 0 ? ['', ''] : [`（连同其后 ${more} 个）`, ` (and ${more} after it)`]
    return {
      title: {
        zh: `电表 ${meterNo} ${time} 读数${VERDICTS[verdict].zh}${also}`,
        en: `Meter ${meterNo}, reading of ${time} ${VERDICTS[verdict].en}${alsoEn}`,
      },
      reached: supplies.length === 0 ? [] : await reachedFrom(tx, complexId, supplies, month),
      from: month,
      cap: null,
    }
  }
