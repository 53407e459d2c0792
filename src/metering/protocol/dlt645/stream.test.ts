import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readVoltagesV } from './commands/read.ts'
import { bytesOf, EXAMPLE_FRAMES, exampleFrame } from './example-frames.ts'
import { decodeFrame, encodeFrame, FRAME_BYTES_MAX } from './frame.ts'
import { type Dlt645Piece, dlt645Reader } from './stream.ts'

const F2 = exampleFrame('F2')
const F26 = exampleFrame('F26a')
const F21 = exampleFrame('F21')

const rawsOf = (pieces: readonly Dlt645Piece[]): string[] =>
  pieces.flatMap((piece) => (piece.kind === 'frame' ? [piece.raw.toString('hex')] : []))
const discardedOf = (pieces: readonly Dlt645Piece[]): Buffer =>
  Buffer.concat(pieces.flatMap((piece) => (piece.kind === 'discarded' ? [piece.bytes] : [])))

const readAll = (chunks: readonly Uint8Array[]): Dlt645Piece[] => {
  const reader = dlt645Reader()
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.idle()]
}

/** The plainest statement of what is right: leftmost whole frames, one byte after the other. */
const leftmostFrames = (bytes: Buffer): { frames: string[]; rest: Buffer } => {
  const frames: string[] = []
  const rest: number[] = []
  let at = 0
  while (at < bytes.length) {
    const length = 12 + (bytes[at + 9] ?? 0)
    const candidate = bytes.subarray(at, at + length)
    if (candidate.length === length && decodeFrame(candidate) !== null) {
      frames.push(candidate.toString('hex'))
      at += length
    } else {
      if (bytes[at] !== 0xfe) rest.push(bytes[at] ?? 0)
      at += 1
    }
  }
  return { frames, rest: Buffer.from(rest) }
}

const frameBytes = fc
  .record({
    address: fc.stringMatching(/^[0-9]{12}$/),
    control: fc.constantFrom(0x11, 0x91, 0xb1, 0xd1, 0x83, 0xc3),
    data: fc.uint8Array({ maxLength: 40 }).map((data) => Buffer.from(data)),
  })
  .map((frame) => encodeFrame(frame))

/** Noise that looks as much like frames as noise can. */
const noise = fc
  .array(
    fc.oneof(fc.constantFrom(0x68, 0x16, 0xfe, 0x00, 0x33), fc.integer({ min: 0, max: 255 })),
    {
      maxLength: 30,
    },
  )
  .map((bytes) => Buffer.from(bytes))

const cutShort = fc
  .tuple(frameBytes, fc.nat(60))
  .map(([bytes, length]) => bytes.subarray(0, length))

const traffic = fc
  .array(fc.oneof(frameBytes, noise, cutShort), { maxLength: 8 })
  .map((pieces) => Buffer.concat(pieces))

const splitAt = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length]
  places.sort((a, b) => a - b)
  return places.slice(1).map((to, i) => bytes.subarray(places[i], to))
}

test('any traffic in any pieces gives exactly the leftmost good frames', () => {
  fc.assert(
    fc.property(traffic, fc.array(fc.nat(600), { maxLength: 12 }), (bytes, cuts) => {
      const expected = leftmostFrames(bytes)
      const pieces = readAll(splitAt(bytes, cuts))
      expect(rawsOf(pieces)).toEqual(expected.frames)
      expect(discardedOf(pieces)).toEqual(expected.rest)
    }),
    { numRuns: 1500 },
  )
})

test('traffic byte by byte gives the same as traffic at once', () => {
  fc.assert(
    fc.property(traffic, (bytes) => {
      const single = readAll([...bytes].map((byte) => Buffer.of(byte)))
      expect(rawsOf(single)).toEqual(rawsOf(readAll([bytes])))
    }),
    { numRuns: 300 },
  )
})

test('noise without a start byte never costs a frame and never makes one', () => {
  const harmless = fc
    .array(
      fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 0x68),
      { maxLength: 40 },
    )
    .map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(harmless, frameBytes), { maxLength: 5 }),
      harmless,
      (sent, end) => {
        const bytes = Buffer.concat([...sent.flat(), end])
        const frames = sent.map(([, frame]) => frame.toString('hex'))
        // Without idle(): nothing that came whole may wait for more bytes.
        expect(rawsOf(dlt645Reader().push(bytes))).toEqual(frames)
      },
    ),
    { numRuns: 500 },
  )
})

test.each(EXAMPLE_FRAMES)('$id with any wrong length byte costs only itself', ({ hex }) => {
  const good = bytesOf(hex).subarray(bytesOf(hex).indexOf(0x68))
  for (let length = 0; length <= 0xff; length++) {
    if (length === good[9]) continue
    const corrupt = Buffer.from(good)
    corrupt[9] = length
    expect(rawsOf(readAll([Buffer.concat([corrupt, F26])]))).toEqual([F26.toString('hex')])
  }
})

test('two frames may add up to one by chance: the request then refuses its content', () => {
  // With L 1EH instead of 0AH the voltages of F22 (checksum EBH) swallow any frame of 20 bytes
  // and the sum modulo 256 is right again: twice EBH, 20 and 16H add up to nothing.
  const corrupt = exampleFrame('F22')
  corrupt[9] = 0x1e
  const joined = Buffer.concat([corrupt, F21])
  expect(rawsOf(readAll([joined]))).toEqual([joined.toString('hex')])
  expect(readVoltagesV('202611220001').parse(joined)).toMatchObject({
    kind: 'reply',
    result: { ok: false, reason: 'bad-reply' },
  })
})

test.each(EXAMPLE_FRAMES)('$id with one flipped bit is never taken for a frame', ({ hex }) => {
  const good = bytesOf(hex).subarray(bytesOf(hex).indexOf(0x68))
  for (let bit = 0; bit < 8 * good.length; bit++) {
    const corrupt = Buffer.from(good)
    corrupt[bit >> 3] = (corrupt[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(rawsOf(readAll([corrupt]))).toEqual([])
  }
})

test.each([0, 1, 2, 3, 4, 300])('%i wake-up bytes are skipped and are no noise', (count) => {
  const pieces = dlt645Reader().push(Buffer.concat([Buffer.alloc(count, 0xfe), F2]))
  expect(pieces).toEqual([{ kind: 'frame', raw: F2, frame: decodeFrame(F2) }])
})

test('a false start that hides a good frame gives it back when the line falls silent', () => {
  const falseStart = bytesOf('68 00 00 00 00 00 00 68 91 C8')
  const reader = dlt645Reader()
  expect(reader.push(Buffer.concat([falseStart, F2]))).toEqual([])
  const pieces = reader.idle()
  expect(rawsOf(pieces)).toEqual([F2.toString('hex')])
  expect(discardedOf(pieces)).toEqual(falseStart)
  expect(reader.idle()).toEqual([])
})

test('half a frame is discarded when the line falls silent, and the next one is read', () => {
  const reader = dlt645Reader()
  expect(reader.push(F2.subarray(0, 11))).toEqual([])
  expect(reader.idle()).toEqual([{ kind: 'discarded', bytes: F2.subarray(0, 11) }])
  expect(rawsOf(reader.push(F21))).toEqual([F21.toString('hex')])
})

test('frames back to back are all read', () => {
  const all = EXAMPLE_FRAMES.map(({ hex }) => bytesOf(hex))
  expect(rawsOf(dlt645Reader().push(Buffer.concat(all)))).toHaveLength(EXAMPLE_FRAMES.length)
})

test('an endless stream never makes the reader keep more than one frame', () => {
  const reader = dlt645Reader()
  let sent = 0
  let returned = 0
  for (let i = 0; i < 2000; i++) {
    // 68H everywhere: every byte can begin a frame.
    const pieces = reader.push(Buffer.alloc(50, 0x68))
    sent += 50
    returned += discardedOf(pieces).length
    expect(sent - returned).toBeLessThan(FRAME_BYTES_MAX)
  }
})
