// How much one caller may ask 限流: a bucket for each, filled evenly over the minute. Kept in memory:
// of several processes each counts for itself. What is guessed at counts in the database besides.

const MINUTE_MS = 60_000
const CALLERS_MAX = 20_000

export type Buckets = {
  /** Null: he may; otherwise for how many seconds he waits. */
  take(caller: string, nowMs: number): number | null
}

type Bucket = { level: number; atMs: number }

/** `perMinute` at once or evenly; 0: as many as one likes. PURE but for its own memory. */
export const createBuckets = (perMinute: number): Buckets => {
  const buckets = new Map<string, Bucket>()
  const perMs = perMinute / MINUTE_MS
  const levelAt = ({ level, atMs }: Bucket, nowMs: number): number =>
    Math.min(perMinute, level + (nowMs - atMs) * perMs)
  // A full bucket says nothing. Where all are in use the oldest go: they are the fullest.
  const forget = (nowMs: number) => {
    for (const [caller, bucket] of buckets)
      if (levelAt(bucket, nowMs) >= perMinute) buckets.delete(caller)
    for (const caller of buckets.keys()) {
      if (buckets.size < CALLERS_MAX) return
      buckets.delete(caller)
    }
  }
  return {
    take: (caller, nowMs) => {
      if (perMinute === 0) return null
      const before = buckets.get(caller) ?? { level: perMinute, atMs: nowMs }
      const level = levelAt(before, nowMs)
      const left = level >= 1 ? level - 1 : level
      if (!buckets.has(caller) && buckets.size >= CALLERS_MAX) forget(nowMs)
      buckets.delete(caller)
      buckets.set(caller, { level: left, atMs: nowMs })
      return level >= 1 ? null : Math.ceil((1 - level) / perMs / 1_000)
    },
  }
}

/** An IPv6 network has as many addresses as it likes: its first half is the caller. */
export const callerOfAddress = (address: string): string => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after)
  const first = [...groups, ...Array.from({ length: zeros }, () => '0')].slice(0, 4)
  return `${first.join(':')}::/64`
}
