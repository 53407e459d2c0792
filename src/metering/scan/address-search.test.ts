import { describe, expect, test } from 'vitest'
import { addressMatches } from '../protocol/dlt645/address.ts'
import {
  type AddressSearch,
  afterAnswer,
  coverage,
  type Heard,
  nextQuestion,
  type Question,
  startSearch,
} from './address-search.ts'

/** Numbers that look random and are the same in every run. */
const drawing = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const patternOf = (question: Question): string => {
  if (question.kind === 'any') return 'AAAAAAAAAAAA'
  return (question.kind === 'tail' ? question.digits : question.address).padStart(12, 'A')
}

type Line = {
  meters: readonly string[]
  noisePerMille?: number
  deafPerMille?: number
  seed?: number
}

/** Several who answer at once garble each other, mostly; now and then one of them gets through. */
const lineOf = ({ meters, noisePerMille = 0, deafPerMille = 0, seed = 1 }: Line) => {
  const draw = drawing(seed)
  const unlucky = (perMille: number) => draw(1_000) < perMille
  return (question: Question): Heard => {
    const asked = patternOf(question)
    const answering = meters
      .filter((meter) => addressMatches(asked, meter))
      .filter(() => !unlucky(deafPerMille))
    if (answering.length === 0) return { addresses: [], garbled: unlucky(noisePerMille) }
    if (answering.length > 1) {
      // Far enough apart in time they are all heard; else nobody is, or the loudest among noise.
      if (answering.length === 2 && draw(4) === 0) return { addresses: answering, garbled: false }
      return { addresses: draw(3) === 0 ? answering.slice(0, 1) : [], garbled: true }
    }
    if (unlucky(noisePerMille)) {
      // A wrong check that happens to be right: an address nobody has.
      const wrong = draw(5) === 0 ? ['990000000099'] : []
      return { addresses: wrong, garbled: true }
    }
    return { addresses: answering, garbled: false }
  }
}

const PROBES_MAX = 13_000

const searched = (
  line: (question: Question) => Heard,
  known: readonly string[] = [],
): AddressSearch => {
  let search = startSearch({ known, thorough: true })
  for (let probes = 0; probes < PROBES_MAX; probes++) {
    const question = nextQuestion(search)
    if (question === null) return search
    search = afterAnswer(search, line(question))
  }
  throw new Error('it never ends')
}

const serial = (count: number, first = 202_611_220_001): string[] =>
  Array.from({ length: count }, (_, i) => (first + i).toString())
const random = (count: number, seed: number): string[] => {
  const draw = drawing(seed)
  const digit = () => draw(10).toString()
  return Array.from({ length: count }, () => Array.from({ length: 12 }, digit).join(''))
}
/** The same low six digits: boxes of several makers, numbered alike. */
const sameTails = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${(100_000 + 7 * i).toString()}000123`)

describe('a search finds exactly the meters that are there', () => {
  test.each<[string, string[]]>([
    ['nobody', []],
    ['one', ['000000000161']],
    ['two neighbours', serial(2)],
    ['two that differ in the last digits asked alone', ['110000000001', '210000000001']],
    ['32 in series', serial(32)],
    ['64 in series', serial(64)],
    ['64 at random', random(64, 7)],
    ['12 with the same six last digits', sameTails(12)],
  ])('%s', (_name, meters) => {
    const { found, unconfirmed, doubled, end } = searched(lineOf({ meters }))
    expect([...found].sort()).toEqual([...meters].sort())
    expect({ unconfirmed, doubled, end }).toEqual({ unconfirmed: [], doubled: [], end: 'done' })
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('32 on a noisy line, %i', (seed) => {
    const meters = random(32, 100 + seed)
    const { found, end } = searched(lineOf({ meters, noisePerMille: 30, deafPerMille: 5, seed }))
    expect([...found].sort()).toEqual([...meters].sort())
    expect(end).toBe('done')
  })

  test.each([1, 2, 3, 4])('nothing is invented on a very bad line, %i', (seed) => {
    const meters = serial(16)
    const { found } = searched(lineOf({ meters, noisePerMille: 150, deafPerMille: 50, seed }))
    expect(found.filter((address) => !meters.includes(address))).toEqual([])
  })
})

describe('a search', () => {
  test('of one meter alone takes three questions', () => {
    expect(searched(lineOf({ meters: ['000000000161'] })).probes).toBe(3)
  })

  test('of 32 in series asks each tail twice and each meter by its name', () => {
    expect(searched(lineOf({ meters: serial(32) })).probes).toBe(1 + 200 + 32)
  })

  test('goes on below a meter that answers alone, where the registers know another', () => {
    const [first = '', second = ''] = serial(2)
    const line = lineOf({ meters: [first, second] })
    const deaf = (question: Question): Heard =>
      question.kind === 'any' ? { addresses: [first], garbled: false } : line(question)
    expect([...searched(deaf, [second]).found].sort()).toEqual([first, second])
  })

  test('names what the registers know and nobody answers to', () => {
    const [here = '', gone = ''] = serial(2)
    const { found, unconfirmed } = searched(lineOf({ meters: [here] }), [here, gone])
    expect({ found, unconfirmed }).toEqual({ found: [here], unconfirmed: [gone] })
  })

  test('says that two meters have the same address', () => {
    const both = ['000000000161', '000000000161']
    const line = (question: Question): Heard =>
      addressMatches(patternOf(question), both[0] ?? '')
        ? { addresses: [], garbled: true }
        : { addresses: [], garbled: false }
    expect(searched(line)).toMatchObject({ found: [], doubled: ['000000000161'], end: 'done' })
  })

  test('gives a line up that only babbles', () => {
    const { end, probes } = searched(() => ({ addresses: [], garbled: true }))
    expect({ end, probes }).toEqual({ end: 'noise', probes: 61 })
  })

  test('goes on where it was left: its state is plain data', () => {
    const line = lineOf({ meters: serial(5) })
    let search = startSearch({ known: [], thorough: true })
    for (let question = nextQuestion(search); question; question = nextQuestion(search)) {
      search = JSON.parse(JSON.stringify(afterAnswer(search, line(question))))
    }
    expect(search.found).toHaveLength(5)
  })

  test('says how much of it is done, and never goes back', () => {
    const line = lineOf({ meters: serial(8) })
    let search = startSearch({ known: [], thorough: false })
    const shares = [coverage(search)]
    for (let question = nextQuestion(search); question; question = nextQuestion(search)) {
      search = afterAnswer(search, line(question))
      shares.push(coverage(search))
    }
    expect(shares.at(0)).toBe(0)
    expect(shares.at(-1)).toBe(1)
    expect(shares.slice(1).every((share, i) => share >= (shares[i] ?? 0) - 1e-9)).toBe(true)
  })
})
