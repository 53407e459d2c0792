import { expect, test } from 'vitest'
import { dataItem } from '../data-ids.ts'
import { bytesOf, exampleFrame } from '../example-frames.ts'
import type { Dlt645Request } from '../exchange.ts'
import { encodeFrame } from '../frame.ts'
import {
  readData,
  readEnergy,
  readItem,
  readMoney,
  readOverdraft,
  readPowerW,
  readRemainingMoney,
  readTariffEnergies,
  readVoltagesV,
  readVoltageV,
} from './read.ts'

const METER = '202611220001'
const OLD_METER = '000000000161'

const wire = (request: Dlt645Request<unknown>): Buffer => encodeFrame(request.frame)
const value = (v: unknown) => ({ kind: 'reply', result: { ok: true, value: v } })
/** A frame of the example meter with this control byte and these data. */
const from = (control: number, data: string, address = METER): Buffer =>
  encodeFrame({ address, control, data: bytesOf(data) })

test.each([
  ['F1', readEnergy(OLD_METER, '00010000')],
  ['F3', readVoltageV(OLD_METER)],
  ['F10', readEnergy('AAAAAAAAAAAA', '00010000')],
  ['F17', readData('260305510012', '070104FF')],
  ['F20', readRemainingMoney(METER)],
])('%s is what asks for it', (id, request) => {
  expect(wire(request)).toEqual(exampleFrame(id))
  expect(request.bytes).toEqual(Buffer.concat([bytesOf('FEFEFEFE'), exampleFrame(id)]))
  expect(request).toMatchObject({ expectsReply: true, repeatable: true })
})

test.each<[string, Dlt645Request<unknown>, unknown]>([
  ['F2', readEnergy(OLD_METER, '00010000'), 260],
  ['F4', readVoltageV(OLD_METER), 100.1],
  ['F10r', readEnergy('AAAAAAAAAAAA', '00010000'), 0],
  ['F21', readRemainingMoney(METER), 12_345],
  ['F22', readVoltagesV(METER), [230.1, 229.8, 230.5]],
  ['F23', readPowerW(METER), -123.4],
])('%s is read', (id, request, expected) => {
  expect(request.parse(exampleFrame(id))).toEqual(value(expected))
})

test('F5 gives its energy once the wake-up bytes are skipped', () => {
  const request = readEnergy('201709320072', '00010000')
  const [piece] = request.reader().push(exampleFrame('F5'))
  expect(piece?.kind).toBe('frame')
  if (piece?.kind === 'frame') expect(request.parse(piece.raw)).toEqual(value(1860))
})

test('the billing register is combined active energy', () => {
  expect(readEnergy(METER).label).toBe('read 00000000')
  expect(readEnergy(METER).parse(from(0x91, '00 00 00 00 99 99 99 79'))).toEqual(value(799_999_990))
})

test.each([
  ['00 00 00 00', '45 23 01 80', '00000000', -123_450],
  ['00 00 00 00', '01 00 00 80', '00000000', -10],
  ['00 00 00 00', '00 00 00 80', '00000000', 0],
  ['00 00 00 00', '99 99 99 99', '00000000', -199_999_990],
  ['01 00 00 00', '45 23 01 80', '00000001', -123_450],
  ['00 00 01 00', '45 23 01 80', '00010000', 800_123_450],
  ['00 00 02 00', '99 99 99 99', '00020000', 999_999_990],
])('%s %s is read of %s as %i Wh: only what is combined has a sign', (di, digits, id, wh) => {
  expect(readEnergy(METER, id).parse(from(0x91, `${di} ${digits}`))).toEqual(value(wh))
})

test('each tariff of a combined register has a sign of its own', () => {
  const combined = '00 FF 00 00 10 00 00 80 20 00 00 00 30 00 00 80 FF FF FF FF'
  expect(readTariffEnergies(METER).parse(from(0x91, combined))).toEqual(
    value([-100, 200, -300, null]),
  )
})

test('tariffs come in order, null where the meter has none', () => {
  const reply = from(0x91, '00 FF 00 00 26 00 00 00 16 00 00 00 10 00 00 00 FF FF FF FF')
  expect(readTariffEnergies(METER).parse(reply)).toEqual(value([260, 160, 100, null]))
})

test('an item that reads FF is not supported, never a number', () => {
  const reply = from(0x91, '01 02 90 00 FF FF FF FF')
  expect(readOverdraft(METER).parse(reply)).toMatchObject({
    result: { ok: false, reason: 'not-supported', mayRetry: false },
  })
})

test.each([
  ['another meter', from(0x91, '00 02 90 00 45 23 01 00', '202611220002')],
  ['another item', from(0x91, '01 02 90 00 45 23 01 00')],
  ['another function', from(0x94, '')],
  ['an echo of the request', exampleFrame('F20')],
  ['a reply without its identifier', from(0x91, '00 02')],
  ['a refusal of another function', from(0xd4, '04')],
  ['no frame at all', bytesOf('68 00')],
])('%s is not ours', (_, raw) => {
  expect(readRemainingMoney(METER).parse(raw)).toEqual({ kind: 'not-ours' })
})

test.each([
  ['two bytes of four', '00 02 90 00 45 23'],
  ['a byte too many', '00 02 90 00 45 23 01 00 00'],
  ['no digits', '00 02 90 00 45 2A 01 00'],
])('a reply with %s is ours but bad, never a smaller amount', (_, data) => {
  expect(readRemainingMoney(METER).parse(from(0x91, data))).toMatchObject({
    kind: 'reply',
    result: { ok: false, reason: 'bad-reply', mayRetry: true },
  })
})

test.each([
  ['02', 2, ['noSuchData']],
  ['04', 4, ['notAuthorised']],
  ['06', 6, ['noSuchData', 'notAuthorised']],
  ['00', 0, ['other']],
  ['', 0, ['other']],
  [
    'FE',
    0xfe,
    [
      'noSuchData',
      'notAuthorised',
      'baudRateFixed',
      'tooManyZones',
      'tooManyPeriods',
      'tooManyTariffs',
      'reserved',
    ],
  ],
])('the error byte %s refuses for its reasons', (data, code, refusals) => {
  expect(readMoney(METER, '00900200').parse(from(0xd1, data))).toMatchObject({
    kind: 'reply',
    result: { ok: false, reason: 'refused-by-meter', mayRetry: false, code, refusals },
  })
})

test('any item of the tables can be read by its format', () => {
  const item = dataItem('04001001')
  if (item === null) throw new Error('alarm amount 1 is in the tables')
  expect(readItem(METER, item).parse(from(0x91, '01 10 00 04 00 20 00 00'))).toEqual(
    value({ kind: 'number', count: 2000, decimals: 2, unit: 'yuan' }),
  )
  expect(readItem(METER, item).parse(from(0x91, '01 10 00 04 0F 20 00 00'))).toMatchObject({
    result: { ok: false, reason: 'bad-reply' },
  })
})

test('an answer in parts is asked for part by part and read as one (F35)', () => {
  const request = readTariffEnergies(METER, '0001FF00')
  const first = request.parse(from(0xb1, '00 FF 01 00 26 00 00 00'))
  if (first.kind !== 'more') throw new Error('the meter said that more follows')
  expect(first.next.bytes.subarray(4)).toEqual(exampleFrame('F35'))

  expect(first.next.parse(from(0x92, '00 FF 01 00 16 00 00 00 02'))).toEqual({ kind: 'not-ours' })
  const second = first.next.parse(from(0xb2, '00 FF 01 00 16 00 00 00 01'))
  if (second.kind !== 'more') throw new Error('the meter said that still more follows')

  const last = second.next.parse(from(0x92, '00 FF 01 00 10 00 00 00 02'))
  expect(last).toEqual(value([260, 160, 100]))
})

test('a meter that never ends an answer is stopped by the width of the number', () => {
  let parsed = readData(METER, '0001FF00').parse(from(0xb1, '00 FF 01 00 26 00 00 00'))
  let parts = 0
  while (parsed.kind === 'more' && parts < 1000) {
    parts += 1
    const seq = parts.toString(16).padStart(2, '0')
    parsed = parsed.next.parse(from(0xb2, `00 FF 01 00 ${seq}`))
  }
  expect(parts).toBe(255)
  expect(parsed.kind).toBe('reply')
})

test('the longest answer is known before it comes', () => {
  // Four wake-up bytes, twelve of the frame, identifier and value.
  expect(readRemainingMoney(METER).replyBytesMax).toBe(4 + 12 + 4 + 4)
  expect(readVoltagesV(METER).replyBytesMax).toBe(4 + 12 + 4 + 6)
})
