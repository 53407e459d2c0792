import { expect, test } from 'vitest'
import type { Dlt645Request } from '../dlt645/exchange.ts'
import { checksum, decodeFrame, encodeFrame } from '../dlt645/frame.ts'
import {
  readCurrent1997A,
  readData1997,
  readDate1997,
  readEnergy1997,
  readPower1997W,
  readStatus1997,
  readTariffEnergies1997,
  readTimeOfDay1997,
  readVoltage1997V,
} from './commands/read.ts'
import { DATA_ITEMS_1997, dataItem1997 } from './data-ids.ts'
import { EXAMPLE_FRAMES_1997, exampleFrame1997 } from './example-frames.ts'
import { explain1997, looksLike1997 } from './explain.ts'

const CAPTURED = '138000130754'
const METER = '000000001997'
const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const from = (control: number, data: string) =>
  encodeFrame({ address: METER, control, data: bytesOf(data) })
const value = (v: unknown) => ({ kind: 'reply', result: { ok: true, value: v } })

test.each(EXAMPLE_FRAMES_1997)('$id ($what) has a good checksum', ({ id }) => {
  const raw = exampleFrame1997(id)
  expect(raw.at(-2)).toBe(checksum(raw.subarray(0, -2)))
  expect(decodeFrame(raw)).not.toBeNull()
})

test('O1 asks for the forward energy and O2 answers 0.01 kWh', () => {
  const request = readEnergy1997(CAPTURED)
  expect(encodeFrame(request.frame)).toEqual(exampleFrame1997('O1'))
  expect(request.parse(exampleFrame1997('O2'))).toEqual(value(10))
  expect(readEnergy1997(METER).parse(exampleFrame1997('O2'))).toEqual({ kind: 'not-ours' })
  expect(readEnergy1997(CAPTURED, '9020').parse(exampleFrame1997('O2'))).toEqual({
    kind: 'not-ours',
  })
})

test.each<[string, Dlt645Request<unknown>, string, unknown]>([
  [
    'a block with its end',
    readTariffEnergies1997(METER),
    '1F 90 23 01 00 00 45 00 00 00 AA',
    [1230, 450],
  ],
  ['a block without', readTariffEnergies1997(METER), '1F 90 23 01 00 00 45 00 00 00', [1230, 450]],
  [
    'a missing tariff',
    readTariffEnergies1997(METER),
    '1F 90 23 01 00 00 FF FF FF FF',
    [1230, null],
  ],
  ['reverse energies', readTariffEnergies1997(METER, '902F'), '2F 90 01 00 00 00', [10]],
  ['220 V', readVoltage1997V(METER), '11 B6 20 02', 220],
  ['5.25 A', readCurrent1997A(METER, 2), '22 B6 25 05', 5.25],
  ['1234.5 W', readPower1997W(METER), '30 B6 45 23 01', 1234.5],
  [
    'a date whose Sunday is 7',
    readDate1997(METER),
    '10 C0 07 22 11 26',
    { year: 2026, month: 11, dayOfMonth: 22, weekday: 0, hour: 0, minute: 0, second: 0 },
  ],
  [
    'a time of day',
    readTimeOfDay1997(METER),
    '11 C0 30 20 10',
    { year: 2000, month: 1, dayOfMonth: 1, weekday: 6, hour: 10, minute: 20, second: 30 },
  ],
  ['raw bytes', readData1997(METER, 'C032'), '32 C0 01 02', bytesOf('01 02')],
])('%s is read', (_, request, data, expected) => {
  expect(request.parse(from(0x81, data))).toEqual(value(expected))
})

test('the status word tells of a low battery and a reverse flow', () => {
  expect(readStatus1997(METER).parse(from(0x81, '20 C0 14'))).toMatchObject(
    value({ word: 0x14, batteryLow: true, raised: [{ zh: '电池电压' }, { zh: '有功方向' }] }),
  )
})

test.each<[string, Dlt645Request<unknown>, string]>([
  ['digits that are none', readEnergy1997(METER), '10 90 0A 00 00 00'],
  ['three bytes', readEnergy1997(METER), '10 90 01 00 00'],
  ['five bytes', readTariffEnergies1997(METER), '1F 90 01 00 00 00 00'],
  ['an end alone', readTariffEnergies1997(METER), '1F 90 AA'],
  ['month 13', readDate1997(METER), '10 C0 00 22 13 26'],
  ['two status bytes', readStatus1997(METER), '20 C0 00 00'],
])('%s are a bad reply', (_, request, data) => {
  expect(request.parse(from(0x81, data))).toMatchObject({
    result: { ok: false, reason: 'bad-reply' },
  })
})

test('FF is a meter that lacks the item, C1 one that refuses', () => {
  expect(readEnergy1997(METER).parse(from(0x81, '10 90 FF FF FF FF'))).toMatchObject({
    result: { reason: 'not-supported' },
  })
  expect(readEnergy1997(METER).parse(exampleFrame1997('O5'))).toMatchObject({
    result: { reason: 'refused-by-meter', refusals: ['noSuchData'], code: 2 },
  })
})

test('an answer in two frames is joined', () => {
  const first = readTariffEnergies1997(METER).parse(from(0xa1, '1F 90 01 00 00 00 02 00'))
  if (first.kind !== 'more') throw new Error('more follows')
  expect(first.next.label).toBe('read 901F part 1')
  expect(first.next.bytes.subarray(4)).toEqual(from(0x02, '1F 90'))
  expect(first.next.parse(from(0x82, '1F 90 00 00'))).toEqual(value([10, 20]))
  expect(first.next.parse(from(0x81, '1F 90 00 00'))).toEqual({ kind: 'not-ours' })
})

test('no identifier is in the table twice', () => {
  expect(new Set(DATA_ITEMS_1997.map((one) => one.id)).size).toBe(DATA_ITEMS_1997.length)
})

test.each([
  ['9010', '正向有功电能 · 总 · 当前', 'forward active energy, total, now'],
  ['941F', '正向有功电能 · 数据块 · 上月', 'forward active energy, block, last month'],
  ['B612', '电压 · B相', 'voltage, phase B'],
  ['B630', '瞬时有功功率 · 总', 'active power, total'],
])('%s is called %s', (id, zh, en) => {
  expect(dataItem1997(id)).toMatchObject({ zh, en })
})

test.each(EXAMPLE_FRAMES_1997)(
  '$id ($what) is explained byte for byte, without a rest',
  ({ id }) => {
    const raw = exampleFrame1997(id)
    const lines = explain1997(raw)
    expect(Buffer.concat(lines.map((one) => one.bytes))).toEqual(raw)
    expect(lines.map(({ zh, value: said }) => `${zh} ${said.zh}`).join()).not.toMatch(
      /无法解析|缺失|多余|未知|错误，应为/,
    )
    expect(looksLike1997(raw)).toBe(true)
  },
)

test('O2 says what it means', () => {
  const lines = explain1997(exampleFrame1997('O2')).map(({ en, value: said }) => `${en} ${said.en}`)
  expect(lines).toContain('data identifier 9010 forward active energy, total, now')
  expect(lines).toContain('forward active energy, total, now 0.01 kWh')
})

test('a block is explained item by item, and its end is named', () => {
  const lines = explain1997(exampleFrame1997('O4')).map(({ en, value: said }) => `${en} ${said.en}`)
  expect(lines.slice(6, -2)).toEqual([
    'forward active energy, block, now [1] 1.23 kWh',
    'forward active energy, block, now [2] 0.45 kWh',
    'end of block AA',
  ])
})
