// Finding a freeze that is not stored yet 冻结补抄: a meter is asked for its freezes by how far they
// lie back, 1 the newest, and answers when each was frozen. PURE. From that the search finds the
// oldest one that is newer than what is stored and then walks towards the newest, so that what
// is stored never has a hole behind its newest. Meters skip freezes while they are off and make new
// ones while they are asked: no index is believed for longer than one answer.

export type FreezeSearch = {
  /** Everything up to this moment is stored or not to be had. */
  from: number
  /** How many the meter keeps. */
  readonly kept: number
  /** The time between two freezes: as it ought to be, until two neighbours have shown it. */
  stepMs: number
  stepShown: boolean
  /** The oldest known index that is newer than `from`, and its time; 0: none is known. */
  lo: number
  loAt: number
  /** The newest known index that is stored or absent; its time where it answered. */
  hi: number
  hiAt: number | null
  /** The last answer has set `hi`. */
  fresh: boolean
  probes: number
  /** For whoever counts them. */
  reads: number
}

/** `stepMs` is certain for days and months; how often a meter freezes between, it has to show. */
export const newFreezeSearch = (
  from: number,
  kept: number,
  stepMs: number,
  stepIsCertain: boolean,
): FreezeSearch => ({
  from,
  kept,
  stepMs,
  stepShown: stepIsCertain,
  lo: 0,
  loAt: 0,
  hi: kept + 1,
  hiAt: null,
  fresh: false,
  probes: 0,
  reads: 0,
})

/** Two freezes this close have none between them. */
const NEXT_TO = 1.5
/** After so many guesses by time the range is halved. */
const GUESSES_MAX = 4

const clamp = (n: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, Math.floor(n)))

/** Where the oldest missing one ought to be, by time between two indexes whose times are known. */
const guess = (search: FreezeSearch, now: number): number => {
  const { lo, hi, hiAt, from, stepMs, kept } = search
  if (lo === 0 && hiAt === from) return hi - 1
  const newestAt = lo === 0 ? now : search.loAt
  if (search.probes > GUESSES_MAX || newestAt < from) return (lo + hi) / 2
  if (hiAt !== null) return lo + ((newestAt - from) * (hi - lo)) / (newestAt - hiAt)
  const byStep = lo + (newestAt - from) / stepMs
  return hi > kept ? byStep : Math.min(byStep, (lo + hi) / 2)
}

/** How far back to ask next; null when nothing newer than what is stored is to be had now. */
export const nextBack = (search: FreezeSearch, now: number): number | null => {
  const { lo, hi } = search
  if (hi === 1) return null
  // The oldest that is missing is known: it is asked for once more, to be stored.
  if (lo + 1 === hi) return lo
  return clamp(guess(search, now), lo + 1, hi - 1)
}

const older = (search: FreezeSearch, back: number, frozenAt: number | null): 'skip' => {
  // What was known to be newer has moved back: others were frozen meanwhile.
  if (back <= search.lo) search.lo = 0
  search.hi = back
  search.hiAt = frozenAt
  search.fresh = true
  return 'skip'
}

const taken = (search: FreezeSearch, back: number, frozenAt: number): 'take' => {
  const isNeighbour = search.hi === back + 1 && search.hiAt === search.from
  if (isNeighbour) {
    const stepMs = frozenAt - search.from
    // While the meter was off the step looks longer than it is: the shortest one counts.
    search.stepMs = search.stepShown ? Math.min(search.stepMs, stepMs) : stepMs
    search.stepShown = true
  }
  search.from = frozenAt
  search.lo = 0
  search.hi = back
  search.hiAt = frozenAt
  search.fresh = false
  search.probes = 0
  return 'take'
}

/**
 * What the meter answered for that index; null where it keeps no such freeze. 'take': it is the
 * oldest one missing, store it; `from` has moved to it. 'skip': it told only where to look.
 */
export const freezeFound = (
  search: FreezeSearch,
  back: number,
  frozenAt: number | null,
): 'take' | 'skip' => {
  search.probes += 1
  if (frozenAt === null || frozenAt <= search.from) return older(search, back, frozenAt)
  const isNext = search.stepShown && frozenAt - search.from <= NEXT_TO * search.stepMs
  // Its neighbour was asked for just now, and nothing has moved since.
  const hasStayed = back === search.lo && frozenAt === search.loAt
  const isSure = back + 1 === search.hi && search.fresh && hasStayed
  const isLast = back === search.kept || isSure
  if (isNext || isLast) return taken(search, back, frozenAt)
  search.lo = back
  search.loAt = frozenAt
  search.fresh = false
  // The neighbour was looked at some time ago, and all may have moved back since: look again.
  if (back + 1 >= search.hi) {
    search.hi = search.kept + 1
    search.hiAt = null
  }
  return 'skip'
}
