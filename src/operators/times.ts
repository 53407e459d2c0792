// Times of the installation itself 系统时间: they belong to no complex, so they are told in UTC.

import { type Instant, rfc3339 } from '../shared/clock.ts'

export const INSTALLATION_ZONE = 'UTC'

export const time = (at: Instant): string => rfc3339(at, INSTALLATION_ZONE)
export const timeOrNull = (at: Instant | null): string | null => (at === null ? null : time(at))
