import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StreamPiece } from '../request.ts'
import { readRegisters } from './commands/registers.ts'
import { MODBUS_EXAMPLES, modbusExample } from './example-frames.ts'
import { tcpFraming } from './framing.ts'
import { tcpReader } from './tcp-stream.ts'

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const request = () => readRegisters({ unit: 17, framing: tcpFraming() }, { start: 0x6b, count: 3 })
const ANSWER = modbusExample('T2')
const LATE = bytesOf('FF FF 00 00 00 05 11 03 02 00 2A')

const raws = (pieces: readonly StreamPiece[]): string[] =>
  pieces.flatMap((piece) => (piece.kind === 'frame' ? [piece.raw.toString('hex')] : []))
const all = (chunks: readonly Uint8Array[]): StreamPiece[] => {
  const reader = request().reader()
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.idle()]
}
const hex = (bytes: Buffer) => bytes.toString('hex')

test('an answer is whole with its last byte, however it was cut', () => {
  for (let cut = 1; cut < ANSWER.length; cut++) {
    const reader = request().reader()
    expect(reader.push(ANSWER.subarray(0, cut))).toEqual([])
    expect(reader.push(ANSWER.subarray(cut))).toEqual([{ kind: 'frame', raw: ANSWER }])
  }
})

test('a late answer to another number is a frame, and not ours', () => {
  const pieces = request()
    .reader()
    .push(Buffer.concat([LATE, ANSWER]))
  expect(raws(pieces)).toEqual([hex(LATE), hex(ANSWER)])
  expect(request().parse(LATE)).toEqual({ kind: 'not-ours' })
  expect(request().parse(ANSWER)).toMatchObject({ kind: 'reply', result: { ok: true } })
})

test('a request that comes back is cut off, and is no reading', () => {
  const pieces = request()
    .reader()
    .push(Buffer.concat([request().bytes, ANSWER]))
  expect(raws(pieces)).toEqual([hex(request().bytes), hex(ANSWER)])
  expect(request().parse(request().bytes)).toEqual({ kind: 'not-ours' })
})

test.each([
  ['text', Buffer.from('hello')],
  ['another protocol number', bytesOf('00 01 00 07 00 06 11 03 00 6B 00 03')],
  ['a length of nothing', bytesOf('00 01 00 00 00 00')],
  ['a length beyond any frame', bytesOf('00 01 00 00 01 00 11 03')],
  ['counts that contradict the header', bytesOf('00 09 00 00 00 09 11 03 04 00 01 00 02 00 03')],
])('%s in front of an answer costs only itself', (_, before) => {
  expect(raws(all([Buffer.concat([before, ANSWER])]))).toEqual([hex(ANSWER)])
})

test('half an answer is noise once the line is silent, and the next one is read', () => {
  const reader = request().reader()
  expect(reader.push(ANSWER.subarray(0, 10))).toEqual([])
  expect(reader.idle()).toEqual([{ kind: 'discarded', bytes: ANSWER.subarray(0, 10) }])
  expect(raws(reader.push(ANSWER))).toEqual([hex(ANSWER)])
})

test.each(MODBUS_EXAMPLES.filter((one) => one.framing === 'tcp'))(
  '$id ($what) is found by a reader that asked nothing',
  ({ id }) => {
    expect(raws(tcpReader(null).push(modbusExample(id)))).toEqual([hex(modbusExample(id))])
  },
)

const traffic = fc
  .array(
    fc.oneof(
      fc.constantFrom(ANSWER, LATE, modbusExample('T3'), request().bytes),
      fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes)),
      fc.nat(10).map((n) => ANSWER.subarray(0, n)),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => Buffer.concat(pieces))

test('what is read depends on the bytes, never on how they were split; none is lost', () => {
  fc.assert(
    fc.property(traffic, fc.array(fc.nat(200), { maxLength: 8 }), (bytes, cuts) => {
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length]
      places.sort((a, b) => a - b)
      const split = all(places.slice(1).map((to, i) => bytes.subarray(places[i], to)))
      expect(raws(split)).toEqual(raws(all([bytes])))
      const joined = split.map((piece) => (piece.kind === 'frame' ? piece.raw : piece.bytes))
      expect(Buffer.concat(joined)).toEqual(bytes)
    }),
    { numRuns: 2000 },
  )
})
