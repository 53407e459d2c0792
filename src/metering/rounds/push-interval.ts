// Gateways that send by themselves and are never asked 只上报的网关: what a gateway's settings say of
// it, and how old a value may be before it is stale, as a number and as SQL.

const MINUTE_MS = 60_000
/** Two status rounds of three minutes, for whatever is asked. */
const ASKED_STALE_MS = 6 * MINUTE_MS
const DEFAULT_PUSH_MINUTES = 30
const MINUTES = { least: 1, most: 1_440 }

const settingIn = (settings: unknown, name: string): unknown =>
  typeof settings === 'object' && settings !== null ? Reflect.get(settings, name) : undefined

/** How often it sends, ms, by `pushIntervalMinutes`; null for one that is asked. */
export const pushIntervalMs = (settings: unknown): number | null => {
  if (settingIn(settings, 'polled') !== false) return null
  const minutes = settingIn(settings, 'pushIntervalMinutes')
  const { least, most } = MINUTES
  const isTold = typeof minutes === 'number' && minutes >= least && minutes <= most
  return (isTold ? minutes : DEFAULT_PUSH_MINUTES) * MINUTE_MS
}

/** A value older than this has missed two rounds, or two reports. */
export const staleAfterMs = (settings: unknown): number => {
  const push = pushIntervalMs(settings)
  return push === null ? ASKED_STALE_MS : 2 * push
}

/** The same of a row `g` of `gateway`, as an interval. */
export const STALE_AFTER_SQL = `make_interval(secs => case
  when g.settings->'polled' = 'false' then
    120 * coalesce((g.settings->>'pushIntervalMinutes')::float8, ${DEFAULT_PUSH_MINUTES})
  else ${ASKED_STALE_MS / 1_000} end)`
