// Whose load dropped 掉电比对: the power of a meter and its neighbours before and after its trip says
// whether it stands before the shop that its register names. PURE.

export type PowerOf = ReadonlyMap<number, number | null>

/** Less than this flows through a shop whose load says nothing: a router, a sign. */
export const LOAD_W_LEAST = 20
/** What is left after a cut, of noise and the meter's own. */
const LEFT_W = 5
const LEFT_SHARE = 0.05

export type DropVerdict =
  /** Its own load went to nothing. */
  | { kind: 'own' }
  /** It had no load worth the name: only eyes can tell. */
  | { kind: 'noLoad' }
  /** Its own load went on, and these went to nothing: its relay cuts theirs. */
  | { kind: 'others'; meterIds: number[] }
  /** Its load goes on, and nobody's went: its relay cuts nothing. */
  | { kind: 'stays' }
  /** Its power was not read both times. */
  | { kind: 'unread' }

const isCut = (before: number, after: number): boolean =>
  Math.abs(before) >= LOAD_W_LEAST &&
  Math.abs(after) <= Math.max(LEFT_W, Math.abs(before) * LEFT_SHARE)

const wasCut = (meter: number, before: PowerOf, after: PowerOf): boolean => {
  const [had, has] = [before.get(meter) ?? null, after.get(meter) ?? null]
  return had !== null && has !== null && isCut(had, has)
}

/** The greatest drop first. */
const othersCut = (meter: number, before: PowerOf, after: PowerOf): number[] =>
  [...before.keys()]
    .filter((other) => other !== meter && wasCut(other, before, after))
    .sort((a, b) => Math.abs(before.get(b) ?? 0) - Math.abs(before.get(a) ?? 0))

export const whoseLoadDropped = (meter: number, before: PowerOf, after: PowerOf): DropVerdict => {
  const [had, has] = [before.get(meter) ?? null, after.get(meter) ?? null]
  if (had === null || has === null) return { kind: 'unread' }
  if (isCut(had, has)) return { kind: 'own' }
  const meterIds = othersCut(meter, before, after)
  if (meterIds.length > 0) return { kind: 'others', meterIds }
  return Math.abs(had) < LOAD_W_LEAST ? { kind: 'noLoad' } : { kind: 'stays' }
}

/** Power, and the relay as it was read after the order. */
export type TripEvidence = {
  meterId: number
  before: PowerOf
  after: PowerOf
  /** It was confirmed open by reading it back. */
  tripped: boolean
  /** The light of the shop that the engineer stands in went off. */
  dark: boolean
  /** Whose shop went dark instead, where he knows. */
  wentDark: number | null
}

export type Verdict = {
  result: 'passed' | 'failed'
  reason:
    | ''
    | 'noLoadSeen'
    | 'notTripped'
    | 'otherShopDark'
    | 'otherLoadDropped'
    | 'loadStays'
    | 'lightStayed'
    | 'powerUnread'
    | 'notClosed'
    | 'lightStayedOff'
    | 'loadDidNotReturn'
  /** Meters it may be exchanged with, the likeliest first. */
  partners: number[]
}

const verdict = (reason: Verdict['reason'], partners: number[] = []): Verdict => ({
  result: reason === '' || reason === 'noLoadSeen' ? 'passed' : 'failed',
  reason,
  partners,
})

/** The engineer's eyes and the meters must agree; where they don't, the wiring is wrong. */
export const judgeTrip = (evidence: TripEvidence): Verdict => {
  const { meterId, before, after, tripped, dark, wentDark } = evidence
  if (!tripped) return verdict('notTripped')
  const drop = whoseLoadDropped(meterId, before, after)
  if (drop.kind === 'others') return verdict('otherLoadDropped', drop.meterIds)
  if (drop.kind === 'stays') return verdict('loadStays')
  if (!dark) {
    if (drop.kind === 'own' || wentDark !== null)
      return verdict('otherShopDark', wentDark === null ? [] : [wentDark])
    return verdict('lightStayed')
  }
  if (drop.kind === 'unread') return verdict('powerUnread')
  return verdict(drop.kind === 'noLoad' ? 'noLoadSeen' : '')
}

export type CloseEvidence = {
  closed: boolean
  /** The light came back. */
  lit: boolean
  /** W before the trip and now; null where it was not read. */
  hadW: number | null
  hasW: number | null
}

export const judgeClose = ({ closed, lit, hadW, hasW }: CloseEvidence): Verdict => {
  if (!closed) return verdict('notClosed')
  if (!lit) return verdict('lightStayedOff')
  if (hadW === null || Math.abs(hadW) < LOAD_W_LEAST) return verdict('noLoadSeen')
  if (hasW === null) return verdict('powerUnread')
  return verdict(Math.abs(hasW) >= LOAD_W_LEAST ? '' : 'loadDidNotReturn')
}
