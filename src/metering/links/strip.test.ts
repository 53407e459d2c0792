import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, EXAMPLE_FRAMES } from '../protocol/dlt645/example-frames.ts'
import { dlt645Reader } from '../protocol/dlt645/stream.ts'
import { createStripper } from './strip.ts'

const HEARTBEAT = 'www.usr.cn'

const textOf = (pieces: readonly string[], patterns: readonly string[] = [HEARTBEAT]) => {
  const stripper = createStripper(patterns.map((pattern) => Buffer.from(pattern)))
  const out = pieces.map((piece) => stripper.push(Buffer.from(piece)).toString())
  return { out, kept: stripper.kept, flushed: stripper.flush().toString() }
}

test.each<[string, string[], string]>([
  ['alone', ['www.usr.cn'], ''],
  ['before a frame', ['www.usr.cnABCD'], 'ABCD'],
  ['after a frame', ['ABCDwww.usr.cn'], 'ABCD'],
  ['inside a frame', ['ABwww.usr.cnCD'], 'ABCD'],
  ['between two pieces of a frame', ['AB', 'www.usr.cn', 'CD'], 'ABCD'],
  ['cut in two', ['ABwww.u', 'sr.cnCD'], 'ABCD'],
  ['byte by byte', [...'ABwww.usr.cnCD'], 'ABCD'],
  ['twice in a row', ['www.usr.cnwww.usr.cnAB'], 'AB'],
  ['after a beginning that was none', ['Awwww.usr.cnB'], 'AwB'],
  ['after two beginnings', ['www.www.usr.cnB'], 'www.B'],
])('a heartbeat %s is taken out', (_, pieces, left) => {
  const { out, kept } = textOf(pieces)
  expect([out.join(''), kept]).toEqual([left, 0])
})

test('only the end that may begin a heartbeat is kept back', () => {
  expect(textOf(['ABCDww'])).toEqual({ out: ['ABCD'], kept: 2, flushed: 'ww' })
  expect(textOf(['ABCD'])).toEqual({ out: ['ABCD'], kept: 0, flushed: '' })
})

test('what was kept back and was none leaves in order with the next bytes', () => {
  expect(textOf(['ABw', 'xyz']).out).toEqual(['AB', 'wxyz'])
})

test('of two patterns that begin alike each is taken out whole', () => {
  const alike = ['BOX1', 'BOX1-alive']
  expect(textOf(['BOX1-aliveABOX1C'], alike).out.join('')).toBe('AC')
  expect(textOf(['AC', 'BOX1'], alike)).toEqual({ out: ['AC', ''], kept: 4, flushed: '' })
})

test('without patterns every byte passes at once', () => {
  expect(textOf(['AB', 'www.usr.cn'], []).out).toEqual(['AB', 'www.usr.cn'])
})

const occurrences = (bytes: Buffer, pattern: Buffer): number => {
  let count = 0
  for (let at = bytes.indexOf(pattern); at !== -1; at = bytes.indexOf(pattern, at + 1)) count += 1
  return count
}

/** Cuts at these places, in whatever order they come. */
const cutAt = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...cuts].map((from, i) => bytes.subarray(from, cuts[i] ?? bytes.length))
}

const anyBytes = (least: number, most: number) =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((bytes) => Buffer.from(bytes))
/** Few different bytes: beginnings that turn out to be none are the rule. */
const alikeBytes = (least: number, most: number) =>
  fc
    .array(fc.constantFrom(0x68, 0x16, 0x33), { minLength: least, maxLength: most })
    .map((bytes) => Buffer.from(bytes))
const stream = (bytes: typeof anyBytes) =>
  fc.record({
    heartbeat: bytes(4, 12),
    said: fc.array(bytes(0, 40), { minLength: 1, maxLength: 8 }),
    cuts: fc.array(fc.nat(400), { maxLength: 40 }),
  })

test.each([
  ['any bytes', anyBytes],
  ['bytes that look alike', alikeBytes],
])('however a stream of %s is cut, what the bus said comes out unchanged', (_, bytes) => {
  fc.assert(
    fc.property(stream(bytes), ({ heartbeat, said, cuts }) => {
      const sent = Buffer.concat(said.flatMap((part, i) => (i === 0 ? [part] : [heartbeat, part])))
      // Where frames themselves hold the heartbeat, nobody could tell the two apart.
      fc.pre(occurrences(sent, heartbeat) === said.length - 1)
      const stripper = createStripper([heartbeat])
      const out = cutAt(sent, cuts).map((piece) => stripper.push(piece))
      expect(Buffer.concat([...out, stripper.flush()])).toEqual(Buffer.concat(said))
      expect(stripper.stripped).toBe(said.length - 1)
    }),
    { numRuns: 2_000 },
  )
})

test('only less than a whole heartbeat is kept back, and only what may begin it', () => {
  fc.assert(
    fc.property(stream(alikeBytes), ({ heartbeat, said, cuts }) => {
      const stripper = createStripper([heartbeat])
      for (const piece of cutAt(Buffer.concat(said), cuts)) {
        stripper.push(piece)
        expect(stripper.kept).toBeLessThan(heartbeat.length)
      }
      const left = stripper.flush()
      expect(heartbeat.subarray(0, left.length)).toEqual(left)
    }),
    { numRuns: 1_000 },
  )
})

const frames = EXAMPLE_FRAMES.flatMap(({ hex }) => {
  const piece = dlt645Reader().push(bytesOf(hex)).at(0)
  return piece?.kind === 'frame' ? [piece.raw] : []
})

/** The same bytes with the pattern put in at these places. */
const beating = (bytes: Buffer, pattern: Buffer, places: readonly number[]): Buffer =>
  Buffer.concat(cutAt(bytes, places).flatMap((part, i) => (i === 0 ? [part] : [pattern, part])))

test('the frames that come out equal the frames that went in, heartbeats anywhere in them', () => {
  const place = fc.array(fc.nat(2_000), { maxLength: 12 })
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...frames), { minLength: 1, maxLength: 6 }),
      fc.constantFrom('www.usr.cn', 'PING', 'hh\u0016\u0016', 'heartbeat\r\n'),
      place,
      place,
      (said, text, beats, cuts) => {
        const heartbeat = Buffer.from(text)
        const sent = beating(Buffer.concat(said), heartbeat, beats)
        const stripper = createStripper([heartbeat])
        const reader = dlt645Reader()
        const pieces = [...cutAt(sent, cuts).map((piece) => stripper.push(piece)), stripper.flush()]
        const heard = pieces.flatMap((piece) => reader.push(piece))
        expect(heard.flatMap((piece) => (piece.kind === 'frame' ? [piece.raw] : []))).toEqual(said)
      },
    ),
    { numRuns: 500 },
  )
})

test('every way to cut two frames and three heartbeats in three gives the same two frames', () => {
  const heartbeat = Buffer.from('www.usr.cn')
  const said = frames.slice(0, 2)
  const sent = beating(Buffer.concat(said), heartbeat, [0, 7, 21])
  const wrong: number[][] = []
  for (let first = 0; first <= sent.length; first++) {
    for (let second = first; second <= sent.length; second++) {
      const stripper = createStripper([heartbeat])
      const out = cutAt(sent, [first, second]).map((piece) => stripper.push(piece))
      const whole = Buffer.concat([...out, stripper.flush()])
      if (!whole.equals(Buffer.concat(said))) wrong.push([first, second])
    }
  }
  expect(wrong).toEqual([])
  expect(sent.length).toBeGreaterThan(60)
})
