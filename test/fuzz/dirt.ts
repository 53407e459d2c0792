// Dirt 干扰: what lines do to frames, from a seed. The same seed gives the same bytes for ever.

export type Random = {
  /** A whole number from 0 to below `n`. */
  below(n: number): number
  chance(p: number): boolean
  pick<T>(items: readonly T[]): T
  bytes(count: number): Buffer
}

/** Mulberry32: small, quick, and good enough to make dirt. */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    below,
    chance: (p) => next() < p,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  }
}

/** Some bytes changed, at least one. */
const mutated = (r: Random, frame: Buffer): Buffer => {
  const bytes = Buffer.from(frame)
  for (let i = 0; i <= r.below(3); i++) {
    const at = r.below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (r.chance(0.5) ? 1 << r.below(8) : 1 + r.below(255))
  }
  return bytes
}

const cut = (r: Random, frame: Buffer): Buffer => {
  const length = r.below(frame.length)
  return r.chance(0.7) ? frame.subarray(0, length) : frame.subarray(frame.length - length)
}

/** One byte lost or doubled: what a full buffer and a slow driver do. */
const slipped = (r: Random, frame: Buffer): Buffer => {
  const at = r.below(frame.length)
  const again = r.chance(0.5) ? at : at + 1
  return Buffer.concat([frame.subarray(0, r.chance(0.5) ? at : at + 1), frame.subarray(again)])
}

export type Dirty = {
  answer: Buffer
  /** Whole frames that are no answer. */
  others: readonly Buffer[]
  /** Bytes with which frames of the protocol begin. */
  starts: Buffer
}

/** What lies before an answer on a line that loses, doubles and changes bytes. */
export const lineDirt = (r: Random, { answer, others, starts }: Dirty): Buffer => {
  switch (r.below(6)) {
    case 0:
      return mutated(r, answer)
    case 1:
      return cut(r, answer)
    case 2:
      return slipped(r, r.pick([answer, ...others]))
    case 3:
      return cut(r, r.pick(others))
    default:
      return wholeDirt(r, { answer, others, starts })
  }
}

/** The same where bytes arrive as they were sent: noise, and frames for somebody else. */
export const wholeDirt = (r: Random, { others, starts }: Dirty): Buffer => {
  if (r.chance(0.4)) return r.pick(others)
  const count = 1 + r.below(12)
  if (r.chance(0.5)) return r.bytes(count)
  return Buffer.from(Array.from({ length: count }, () => starts[r.below(starts.length)] ?? 0))
}

/** The bytes in as many pieces as a line makes of them. */
export const pieces = (r: Random, bytes: Buffer): Buffer[] => {
  if (r.chance(0.3)) return [bytes]
  const out: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    const size = 1 + r.below(r.chance(0.5) ? 3 : 40)
    out.push(bytes.subarray(at, at + size))
    at += size
  }
  return out
}
