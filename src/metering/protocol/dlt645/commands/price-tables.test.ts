import { describe, expect, test } from 'vitest'
import type { PriceItem, TierTables } from '../../price-tables.ts'
import { bytesOf, exampleFrame } from '../example-frames.ts'
import { encodeFrame } from '../frame.ts'
import {
  readDayTable,
  readHoliday,
  readMonthStart,
  readPrices,
  readRestDays,
  readSwitchAt,
  readTiers,
  readZones,
  writePriceItem,
} from './price-tables.ts'
import { type Authority, writeData } from './write.ts'

const METER = '202611220001'
const BY: Authority = { passwordClass: 0x02, password: '000000', operatorCode: '00000001' }
const TIERS: TierTables = { running: '040606FF', standby: '04060AFF' }

const contentOf = (item: PriceItem): string => {
  const { frame } = writePriceItem(METER, item, TIERS, BY)
  return frame.data.subarray(12).toString('hex').toUpperCase()
}
const idOf = (item: PriceItem): string => {
  const { frame } = writePriceItem(METER, item, TIERS, BY)
  return Buffer.from(frame.data.subarray(0, 4)).reverse().toString('hex').toUpperCase()
}

const PRICES: PriceItem = { item: 'prices', pricesE4: [12_000, 9_500, 6_800, 3_200] }

test('F25 is how prices travel; ours go to the standby set', () => {
  const by = { ...BY, passwordClass: 0x04 }
  const value = Buffer.from(contentOf(PRICES), 'hex')
  expect(encodeFrame(writeData(METER, '040501FF', value, by).frame)).toEqual(exampleFrame('F25'))
  expect(idOf(PRICES)).toBe('040502FF')
})

test('F29 is how zones travel; unused entries repeat the last one', () => {
  const zones = [
    { from: '01-01', dayTable: 1 },
    { from: '07-01', dayTable: 2 },
  ]
  const value = Buffer.from(contentOf({ item: 'zones', zones }), 'hex')
  const two = writeData(METER, '04010000', value.subarray(0, 6), BY)
  expect(encodeFrame(two.frame)).toEqual(exampleFrame('F29'))
  expect(contentOf({ item: 'zones', zones })).toBe(`010101${'020107'.repeat(13)}`)
  expect(idOf({ item: 'zones', zones })).toBe('04020000')
})

describe('what is written where', () => {
  test.each<[string, PriceItem, string, string]>([
    [
      'a day table',
      {
        item: 'dayTable',
        no: 3,
        table: [
          { from: '00:00', rate: 4 },
          { from: '07:30', rate: 2 },
        ],
      },
      '04020003',
      `040000${'023007'.repeat(13)}`,
    ],
    [
      'tiers',
      {
        item: 'tiers',
        tiers: {
          limitsWh: [230_000, 400_000],
          addE4: [0, 500, 3_000],
          yearStarts: ['01-01 00'],
        },
      },
      '04060AFF',
      `00300200${'00000400'.repeat(5)}` +
        `0000000000050000${'00300000'.repeat(5)}000101${'999999'.repeat(5)}`,
    ],
    [
      'no tiers',
      { item: 'tiers', tiers: { limitsWh: [], addE4: [0], yearStarts: [] } },
      '04060AFF',
      `${'00'.repeat(52)}${'999999'.repeat(6)}`,
    ],
    [
      'a moment',
      { item: 'switchAt', of: 'prices', at: '2026-12-01 00:05' },
      '04000108',
      '0500011226',
    ],
    ['no moment', { item: 'switchAt', of: 'tiers', at: null }, '04000109', '0000000000'],
    ['days of rest', { item: 'restDays', restDays: [0, 6] }, '04000801', '3E'],
    ['no days of rest', { item: 'restDays', restDays: [] }, '04000801', '7F'],
    ['their table', { item: 'restDayTable', no: 4 }, '04000802', '04'],
    [
      'a holiday',
      { item: 'holiday', no: 26, day: '2026-10-01', dayTable: 5 },
      '0403001A',
      '05011026',
    ],
    ['the settlement day of a month', { item: 'monthStart', at: '01 08' }, '04000B01', '0801'],
    ['how many holidays', { item: 'holidayCount', count: 254 }, '04000205', '5402'],
  ])('%s', (_name, item, id, content) => {
    expect([idOf(item), contentOf(item)]).toEqual([id, content])
  })
})

const reply = (data: string) => encodeFrame({ address: METER, control: 0x91, data: bytesOf(data) })
const read = (value: unknown) => ({ kind: 'reply', result: { ok: true, value } })
const BAD = { result: { ok: false, reason: 'bad-reply' } }

describe('what a meter shows', () => {
  test('prices, without those that are not fitted', () => {
    const request = readPrices(METER, 1)
    expect(request.parse(reply('FF010504 00200100 00950000 FFFFFFFF'))).toEqual(
      read([12_000, 9_500]),
    )
    expect(request.parse(reply('FF010504 00200100 009500'))).toMatchObject(BAD)
    expect(request.parse(reply('FF010504 0020010A'))).toMatchObject(BAD)
  })

  test('zones and day tables, without what fills them up', () => {
    expect(readZones(METER, 2).parse(reply('00000204 010101 020107 020107'))).toEqual(
      read([
        { from: '01-01', dayTable: 1 },
        { from: '07-01', dayTable: 2 },
      ]),
    )
    // One maker fills up with nothing, another with FF.
    expect(readDayTable(METER, 1, 2).parse(reply('02000104 030000 000000 FFFFFF'))).toEqual(
      read([{ from: '00:00', rate: 3 }]),
    )
    expect(readDayTable(METER, 1, 2).parse(reply('02000104 0300'))).toMatchObject(BAD)
  })

  const tiers = (limits: string, prices: string, moments: string) =>
    readTiers(METER, '040606FF').parse(reply(`FF060604${limits}${prices}${moments}`))
  const NONE = '00000000'
  test.each([
    [
      'none',
      NONE.repeat(6),
      NONE.repeat(7),
      '999999'.repeat(6),
      { limitsWh: [], addE4: [0], yearStarts: [] },
    ],
    [
      'two steps in the year',
      `00300200${'00000400'.repeat(5)}`,
      `${NONE}00050000${'00300000'.repeat(5)}`,
      `000101${'999999'.repeat(5)}`,
      { limitsWh: [230_000, 400_000], addE4: [0, 500, 3_000], yearStarts: ['01-01 00'] },
    ],
    [
      'a limit that changes no price',
      `00300200${'00000400'.repeat(5)}`,
      `${NONE}${NONE}${'00300000'.repeat(5)}`,
      '999999'.repeat(6),
      { limitsWh: [400_000], addE4: [0, 3_000], yearStarts: [] },
    ],
    [
      'a price on top of everything, and moments that count nothing',
      NONE.repeat(6),
      '00300000'.repeat(7),
      `000101${'000101'.repeat(5)}`,
      { limitsWh: [], addE4: [3_000], yearStarts: [] },
    ],
  ])('tiers: %s', (_name, limits, prices, moments, value) => {
    expect(tiers(limits, prices, moments)).toEqual(read(value))
  })

  test('a switch-over moment, or none', () => {
    const request = readSwitchAt(METER, 'prices')
    expect(request.parse(reply('08010004 0500011226'))).toEqual(read('2026-12-01 00:05'))
    expect(request.parse(reply('08010004 0000000000'))).toEqual(read(null))
    expect(request.parse(reply('08010004 9999999999'))).toEqual(read(null))
  })

  test.each([
    ['a settlement day', '0001', '01 00'],
    ['in the middle of a month', '0815', '15 08'],
    ['none', '9999', null],
  ])('%s', (_name, sent, value) => {
    expect(readMonthStart(METER).parse(reply(`010B0004 ${sent}`))).toEqual(read(value))
  })

  test('days of rest and holidays', () => {
    expect(readRestDays(METER).parse(reply('01080004 3E'))).toEqual(read([0, 6]))
    const holiday = { day: '2026-10-01', dayTable: 5 }
    expect(readHoliday(METER, 1).parse(reply('01000304 05011026'))).toEqual(read(holiday))
    expect(readHoliday(METER, 1).parse(reply('01000304 00000000'))).toEqual(read(null))
  })
})
