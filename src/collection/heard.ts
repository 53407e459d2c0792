// How a meter answers 通讯情况, as SQL and as time: one definition for lists, counts and gateways.

import { STALE_AFTER_MS } from '../board/state.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'

/** Of a row `l` of `latest`, which may be missing; `before` is the parameter of `staleBefore`. */
export const heardSql = (before: string): string => `
  case when l.answered_at is null then 'never' when l.silent_since is not null then 'silent'
    when l.answered_at < ${before}::timestamptz then 'stale' else 'answering' end`

/** Whoever answered last before this moment has missed two rounds. */
export const staleBefore = (now: Instant): string | null => sqlTime(plusMs(now, -STALE_AFTER_MS))
