// How a meter answers 通讯情况, as SQL: one definition for lists, counts and gateways. Whoever answered
// last longer ago than two rounds, or two reports of a gateway that only sends, is stale.

import { STALE_AFTER_SQL } from '../metering/rounds/push-interval.ts'

/** Of rows `l` of `latest`, which may be missing, and `g` of `gateway`; `now` is a parameter. */
export const heardSql = (now: string): string => `
  case when l.answered_at is null then 'never' when l.silent_since is not null then 'silent'
    when l.answered_at < ${now}::timestamptz - ${STALE_AFTER_SQL} then 'stale'
    else 'answering' end`
