import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Request, StreamPiece } from '../request.ts'
import { readRegisters, writeRegister, writeRegisters } from './commands/registers.ts'
import { crc16, crcIsGood } from './crc16.ts'
import { MODBUS_EXAMPLES, modbusExample } from './example-frames.ts'
import { RTU, type Target } from './framing.ts'
import { rtuReader } from './rtu-stream.ts'

const ONE: Target = { unit: 1, framing: RTU }
const sealed = (...body: number[]): Buffer => {
  const crc = crc16(Buffer.from(body))
  return Buffer.from([...body, crc & 0xff, crc >> 8])
}

const TWO_WORDS = () => readRegisters(ONE, { start: 0x021f, count: 2 })
const ANSWER = modbusExample('R9')

const raws = (pieces: readonly StreamPiece[]): string[] =>
  pieces.flatMap((piece) => (piece.kind === 'frame' ? [piece.raw.toString('hex')] : []))
const noise = (pieces: readonly StreamPiece[]): string =>
  Buffer.concat(
    pieces.flatMap((piece) => (piece.kind === 'discarded' ? [piece.bytes] : [])),
  ).toString('hex')
const all = (request: Request<unknown>, chunks: readonly Uint8Array[]): StreamPiece[] => {
  const reader = request.reader()
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.idle()]
}
const hex = (bytes: Buffer) => bytes.toString('hex')

test('an answer is whole with its last byte, however it was cut', () => {
  for (let cut = 1; cut < ANSWER.length; cut++) {
    const reader = TWO_WORDS().reader()
    expect(reader.push(ANSWER.subarray(0, cut))).toEqual([])
    expect(reader.push(ANSWER.subarray(cut))).toEqual([{ kind: 'frame', raw: ANSWER }])
    expect(reader.idle()).toEqual([])
  }
})

test.each([
  ['a zero from the line turning round', Buffer.of(0)],
  ['FF bytes', Buffer.of(0xff, 0xff, 0xff)],
  ['our unit and function', Buffer.of(1, 3)],
  ['the beginning of a longer answer of unit 9', Buffer.of(9, 3, 0xc8, 1, 2, 3)],
  ['an answer with a wrong CRC', sealed(1, 3, 4, 0, 0, 0, 0).fill(0, 7)],
])('%s in front of an answer does not delay it', (_, before) => {
  const pieces = TWO_WORDS()
    .reader()
    .push(Buffer.concat([before, ANSWER]))
  expect(raws(pieces)).toEqual([hex(ANSWER)])
  expect(noise(pieces)).toBe(hex(before))
})

test('an echo of the request is a frame of its own and never the answer', () => {
  const request = TWO_WORDS()
  const pieces = all(request, [Buffer.concat([request.bytes, ANSWER])])
  expect(raws(pieces)).toEqual([hex(request.bytes), hex(ANSWER)])
  expect(request.parse(request.bytes)).toEqual({ kind: 'not-ours' })
})

test('an echo whose first bytes are by chance a good answer is none', () => {
  // Reading at 0200 the echo looks like an answer of two bytes; here its CRC is right too.
  for (let unit = 1; unit <= 247; unit++) {
    for (let low = 0; low < 256; low++) {
      const request = readRegisters({ unit, framing: RTU }, { start: 0x0200 + low, count: 1 })
      const read = raws(all(request, [request.bytes]))
      expect(read.filter((raw) => request.parse(Buffer.from(raw, 'hex')).kind === 'reply')).toEqual(
        [],
      )
    }
  }
})

test('the answer of another unit is told from noise', () => {
  const other = sealed(2, 3, 4, 0, 0, 0, 9)
  expect(
    TWO_WORDS()
      .reader()
      .push(Buffer.concat([other, ANSWER])),
  ).toEqual([
    { kind: 'frame', raw: other },
    { kind: 'frame', raw: ANSWER },
  ])
})

test('an exception is an answer to anything', () => {
  expect(raws(all(TWO_WORDS(), [modbusExample('R7')]))).toEqual([hex(modbusExample('R7'))])
})

test('a write is confirmed, its longer echo is not the confirmation', () => {
  const request = writeRegisters(ONE, { start: 0x57, values: [1, 1] })
  const pieces = all(request, [Buffer.concat([request.bytes, modbusExample('R13')])])
  expect(raws(pieces)).toEqual([hex(request.bytes), hex(modbusExample('R13'))])
  expect(request.parse(modbusExample('R13')).kind).toBe('reply')
  expect(request.parse(request.bytes)).toEqual({ kind: 'not-ours' })
})

test('one written register is confirmed by the same bytes', () => {
  const request = writeRegister(ONE, { register: 1, value: 3 })
  expect(request.parse(request.bytes).kind).toBe('reply')
})

test('half an answer is noise once the line is silent, and the next one is read', () => {
  const reader = TWO_WORDS().reader()
  expect(reader.push(ANSWER.subarray(0, 6))).toEqual([])
  expect(reader.idle()).toEqual([{ kind: 'discarded', bytes: ANSWER.subarray(0, 6) }])
  expect(raws(reader.push(ANSWER))).toEqual([hex(ANSWER)])
})

test('what the reader returns does not change when the caller uses its buffer again', () => {
  const chunk = Buffer.from(ANSWER)
  const [piece] = TWO_WORDS().reader().push(chunk)
  chunk.fill(0)
  expect(piece).toEqual({ kind: 'frame', raw: ANSWER })
})

test('an endless stream never makes the reader keep more than two frames', () => {
  const reader = TWO_WORDS().reader()
  let sent = 0
  let returned = 0
  for (let i = 0; i < 1000; i++) {
    // Every byte can begin an answer of units 1 to 3 with three bytes.
    const pieces = reader.push(Buffer.from([1, 3, 4, 2, 3, 200, 1, 3]))
    sent += 8
    for (const piece of pieces) {
      returned += piece.kind === 'frame' ? piece.raw.length : piece.bytes.length
    }
    expect(sent - returned).toBeLessThanOrEqual(512)
  }
})

test.each(
  MODBUS_EXAMPLES.filter((one) => one.framing === 'rtu' && !['R8', 'R16'].includes(one.id)),
)('$id ($what) is found by a reader that asked nothing', ({ id }) => {
  const pieces = rtuReader(null).push(Buffer.concat([Buffer.of(0, 0xff), modbusExample(id)]))
  expect(raws(pieces)).toEqual([hex(modbusExample(id))])
})

const frames = fc.constantFrom(
  ANSWER,
  sealed(1, 3, 4, 9, 9, 9, 9),
  sealed(2, 3, 4, 0, 0, 0, 7),
  sealed(1, 0x83, 2),
  sealed(3, 1, 3, 1, 2, 3),
  sealed(1, 3, 0x02, 0x1f, 0, 2),
)
const dirt = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes))
const traffic = fc
  .array(
    fc.oneof(
      frames,
      dirt,
      fc.tuple(frames, fc.nat(8)).map(([frame, n]) => frame.subarray(0, n)),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => Buffer.concat(pieces))

test('what is read depends on the bytes, never on how they were split', () => {
  fc.assert(
    fc.property(traffic, fc.array(fc.nat(200), { maxLength: 8 }), (bytes, cuts) => {
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length]
      places.sort((a, b) => a - b)
      const chunks = places.slice(1).map((to, i) => bytes.subarray(places[i], to))
      const split = all(TWO_WORDS(), chunks)
      const whole = all(TWO_WORDS(), [bytes])
      expect(raws(split)).toEqual(raws(whole))
      expect(noise(split)).toEqual(noise(whole))
    }),
    { numRuns: 2000 },
  )
})

test('every frame returned has a good CRC, and no byte is lost or doubled', () => {
  fc.assert(
    fc.property(traffic, (bytes) => {
      const pieces = all(TWO_WORDS(), [bytes])
      const joined = pieces.map((piece) => (piece.kind === 'frame' ? piece.raw : piece.bytes))
      expect(Buffer.concat(joined)).toEqual(bytes)
      for (const piece of pieces) {
        if (piece.kind === 'frame') expect(crcIsGood(piece.raw)).toBe(true)
      }
    }),
    { numRuns: 2000 },
  )
})
