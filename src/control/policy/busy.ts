// Meters that were ordered about just now 刚下过令的表, as SQL: what came of a command is looked at
// before the next one.

import { type Instant, plusMs, sqlTime } from '../../shared/clock.ts'

const PAUSE_MS = 60_000

/** What `since` of `busyMeters` is at this moment. */
export const busySince = (now: Instant): string | null => sqlTime(plusMs(now, -PAUSE_MS))

/**
 * A common table expression `busy (meter_id)`: complex $1, the parameter `since`; only commands `k`
 * that `of` holds for.
 */
export const busyMeters = (since: string, of = 'true'): string => `
  busy as (
    select k.meter_id from command k where k.complex_id = $1 and k.kind = 'setMode'
      and ${of} and k.state in ('queued', 'sent', 'acknowledged')
    union
    select k.meter_id from command k where k.complex_id = $1 and k.kind = 'setMode'
      and ${of} and k.queued_at > ${since}
  )`
