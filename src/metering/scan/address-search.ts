// Searching a bus for addresses 搜表: the tree search over shortened addresses. Low digits are
// asked for, the rest is AA; where several answer at once the next two digits are told apart. An
// address counts only after it has answered to its own name; the state is data, so a search can go
// on later.

/** `any`: whoever is there (13H); `tail`: all whose address ends so; `one`: by its address. */
export type Question =
  | { kind: 'any' }
  | { kind: 'tail'; digits: string }
  | { kind: 'one'; address: string }

/** What came back in the whole time that anybody had to answer. */
export type Heard = { addresses: readonly string[]; garbled: boolean }

type Waiting = {
  question: Question
  tries: number
  garbled: number
  /** What a garbled question answered when it was asked again. */
  before: string | null
}

export type AddressSearch = {
  /** The next one last. */
  todo: Waiting[]
  /** Tails where nobody collides: asked once more at the end, for a question can be lost. */
  settled: string[]
  again: boolean
  found: string[]
  /** Heard once, and not again under their own address. */
  unconfirmed: string[]
  /** Two answer to the whole of an address, or noise does. */
  doubled: string[]
  probes: number
  garbledInARow: number
  end: 'searching' | 'done' | 'noise'
}

export type SearchWish = {
  /** Addresses that the registers know on this bus; they are asked for by name first. */
  known: readonly string[]
  /** Asks each tail a second time when all is done. */
  thorough: boolean
}

const DIGITS_MAX = 12
const ONE_TRIES = 3
const TAIL_TRIES = 5
/** Noise garbles one answer, and seldom the next two as well. */
const COLLIDES_AFTER = 3
/** A tree never collides so often in a row: its depth is six. The line itself is at fault. */
const GARBLED_IN_A_ROW_MAX = 60
/** A full bus of random addresses takes some three thousand: below noise there is no end. */
const PROBES_MAX = 12_000

const waiting = (question: Question): Waiting => ({ question, tries: 0, garbled: 0, before: null })

const PAIRS = Array.from({ length: 100 }, (_, n) => n.toString().padStart(2, '0'))

/** In the order in which they are asked: the stack is worked off from its end. */
const tails = (digits: string): Waiting[] =>
  [...PAIRS].reverse().map((pair) => waiting({ kind: 'tail', digits: pair + digits }))

export const startSearch = ({ known, thorough }: SearchWish): AddressSearch => ({
  todo: [
    waiting({ kind: 'any' }),
    ...[...known].reverse().map((address) => waiting({ kind: 'one', address })),
  ],
  settled: [],
  again: thorough,
  found: [],
  unconfirmed: [],
  doubled: [],
  probes: 0,
  garbledInARow: 0,
  end: 'searching',
})

/** Null: the search has ended. */
export const nextQuestion = ({ todo, end }: AddressSearch): Question | null =>
  end === 'searching' ? (todo.at(-1)?.question ?? null) : null

/** The share of all addresses that can no longer hide a meter, 0 to 1. */
export const coverage = ({ todo, found, probes }: AddressSearch): number => {
  if (probes === 0) return 0
  const open = todo.reduce((sum, { question }) => {
    if (question.kind === 'any') return sum + 1
    return question.kind === 'tail' ? sum + 100 ** (-question.digits.length / 2) : sum
  }, 0)
  const rest = Math.min(1, open)
  return todo.length === 0 && found.length >= 0 ? 1 : 1 - rest
}

const askFor = (search: AddressSearch, addresses: readonly string[]): Waiting[] => {
  const asked = new Set(search.found)
  for (const { question } of search.todo) if (question.kind === 'one') asked.add(question.address)
  return addresses
    .filter((address) => !asked.has(address))
    .map((address) => waiting({ kind: 'one', address }))
}

const union = (some: readonly string[], more: readonly string[]): string[] => [
  ...new Set([...some, ...more]),
]

/** What a question leaves to ask, and what it has settled. */
type Next = Partial<Pick<AddressSearch, 'found' | 'unconfirmed' | 'doubled' | 'settled'>> & {
  push: readonly Waiting[]
}

const heardOne = (search: AddressSearch, now: Waiting, address: string, heard: Heard): Next => {
  if (heard.addresses.includes(address)) {
    return {
      push: [],
      found: union(search.found, [address]),
      unconfirmed: search.unconfirmed.filter((one) => one !== address),
    }
  }
  const tries = now.tries + 1
  if (tries < ONE_TRIES) return { push: [{ ...now, tries }] }
  return { push: [], unconfirmed: union(search.unconfirmed, [address]) }
}

const split = (search: AddressSearch, digits: string, heard: Heard): Next => {
  const named = askFor(search, heard.addresses)
  if (digits.length < DIGITS_MAX) return { push: [...tails(digits), ...named] }
  return { push: named, doubled: union(search.doubled, [digits]) }
}

const heardTail = (search: AddressSearch, now: Waiting, digits: string, heard: Heard): Next => {
  const tries = now.tries + 1
  const said = [...heard.addresses].sort().join(' ')
  if (heard.garbled) {
    const garbled = now.garbled + 1
    if (garbled >= COLLIDES_AFTER) return split(search, digits, heard)
    return { push: [{ ...now, tries, garbled }, ...askFor(search, heard.addresses)] }
  }
  // Never garbled: whoever answered did so alone, or one after the other.
  // After noise it must say the same twice in a row.
  if (now.garbled === 0 || said === now.before) {
    const settled = search.again ? [...search.settled, digits] : search.settled
    return { push: askFor(search, heard.addresses), settled }
  }
  if (tries >= TAIL_TRIES) return split(search, digits, heard)
  return { push: [{ ...now, tries, before: said }] }
}

/**
 * One that answers alone, whom the registers know or nobody else does, is asked for once more: what
 * two would have said one after the other was heard both times.
 */
const heardAny = (search: AddressSearch, now: Waiting, heard: Heard): Next => {
  const said = heard.garbled ? '' : [...heard.addresses].sort().join(' ')
  const others = search.found.filter((address) => !heard.addresses.includes(address))
  const named = askFor(search, heard.addresses)
  if (said === '' || others.length > 0) return { push: [...tails(''), ...named] }
  if (now.before === null) return { push: [{ ...now, before: said }, ...named] }
  return now.before === said ? { push: named } : { push: [...tails(''), ...named] }
}

const nextOf = (search: AddressSearch, now: Waiting, heard: Heard): Next => {
  const { question } = now
  if (question.kind === 'one') return heardOne(search, now, question.address, heard)
  if (question.kind === 'any') return heardAny(search, now, heard)
  return heardTail(search, now, question.digits, heard)
}

const ended = (search: AddressSearch): AddressSearch => {
  const babbles = search.garbledInARow > GARBLED_IN_A_ROW_MAX || search.probes > PROBES_MAX
  if (babbles) return { ...search, end: 'noise' }
  if (search.todo.length > 0) return search
  if (!search.again || search.settled.length === 0) return { ...search, end: 'done' }
  const todo = [...search.settled].reverse().map((digits) => waiting({ kind: 'tail', digits }))
  return { ...search, todo, settled: [], again: false }
}

/** The search after the answer to `nextQuestion`. */
export const afterAnswer = (search: AddressSearch, heard: Heard): AddressSearch => {
  const now = search.todo.at(-1)
  if (!now) return search
  const rest = { ...search, todo: search.todo.slice(0, -1) }
  const { push, ...settled } = nextOf(rest, now, heard)
  return ended({
    ...rest,
    ...settled,
    todo: [...rest.todo, ...push],
    probes: search.probes + 1,
    garbledInARow: heard.garbled ? search.garbledInARow + 1 : 0,
  })
}
