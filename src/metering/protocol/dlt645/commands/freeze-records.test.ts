import { expect, test } from 'vitest'
import { bytesOf } from '../example-frames.ts'
import type { Dlt645Request } from '../exchange.ts'
import { encodeFrame } from '../frame.ts'
import {
  readFreezeBlock,
  readFreezeTime,
  readFrozenEnergies,
  readSettlementEnergies,
  readSettlementTime,
} from './freeze-records.ts'

const METER = '202611220001'
const reply = (data: string, control = 0x91) =>
  encodeFrame({ address: METER, control, data: bytesOf(data) })
const value = (v: unknown) => ({ kind: 'reply', result: { ok: true, value: v } })
const MIDNIGHT = {
  year: 2026,
  month: 11,
  dayOfMonth: 22,
  weekday: 0,
  hour: 0,
  minute: 0,
  second: 0,
}

test.each<[string, Dlt645Request<unknown>, string]>([
  ['instant', readFreezeBlock(METER, 'instant', 1), '0501FF01'],
  ['hourly', readFreezeBlock(METER, 'hourly', 254), '0504FFFE'],
  ['daily', readFreezeBlock(METER, 'daily', 62), '0506FF3E'],
  ['monthly of some makers', readFreezeBlock(METER, 'tierSwitch', 1), '0507FF01'],
  ['timed', readFreezeTime(METER, 'timed', 2), '05000002'],
  ['the moment of a day', readFreezeTime(METER, 'daily', 1), '05060001'],
  ['forward of a day', readFrozenEnergies(METER, 'daily', 'forward', 1), '05060101'],
  ['reverse of an hour', readFrozenEnergies(METER, 'hourly', 'reverse', 3), '05040203'],
  ['the end of a month', readSettlementTime(METER, 1), '00FE0001'],
  ['forward at that end', readSettlementEnergies(METER, 'forward', 12), '0001FF0C'],
  ['combined at that end', readSettlementEnergies(METER, 'combined', 1), '0000FF01'],
])('%s is asked for by its identifier', (_, request, id) => {
  expect(request.label).toBe(`read ${id}`)
  expect(request.repeatable).toBe(true)
})

test.each<[string, () => unknown]>([
  ['hour 255 back', () => readFreezeTime(METER, 'hourly', 255)],
  ['day 63 back', () => readFreezeTime(METER, 'daily', 63)],
  ['day 0', () => readFreezeTime(METER, 'daily', 0)],
  ['settlement 13 back', () => readSettlementTime(METER, 13)],
  ['64 tariffs', () => readFreezeBlock(METER, 'daily', 1, 64)],
])('no meter keeps %s', (_, build) => {
  expect(build).toThrow()
})

test('an hourly freeze is its moment and two totals', () => {
  const request = readFreezeBlock(METER, 'hourly', 1)
  expect(request.parse(reply('01 FF 04 05 00 00 22 11 26 56 34 12 00 01 00 00 00'))).toEqual(
    value({ at: MIDNIGHT, forward: [1_234_560], reverse: [10] }),
  )
})

const energies = (first: string) => `${first} 00 00 00 05 00 00 00 FF FF FF FF`

test('a daily freeze with two tariffs tells both directions', () => {
  const request = readFreezeBlock(METER, 'daily', 1, 2)
  const data = `01 FF 06 05 00 00 22 11 26 ${energies('26')} ${energies('27')}`
  expect(request.parse(reply(data))).toEqual(
    value({ at: MIDNIGHT, forward: [260, 50, null], reverse: [270, 50, null] }),
  )
})

test('a full block of the standard is read up to what is used, over two frames', () => {
  const rest = Array.from({ length: 6 * 12 + 2 * 24 + 24 }, () => '00').join(' ')
  const head = `00 00 22 11 26 ${energies('26')} ${energies('27')}`
  const all = `${head} ${rest}`.split(' ')
  const first = readFreezeBlock(METER, 'daily', 1, 2).parse(
    reply(`01 FF 06 05 ${all.slice(0, 100).join(' ')}`, 0xb1),
  )
  if (first.kind !== 'more') throw new Error('more follows')
  expect(first.next.parse(reply(`01 FF 06 05 ${all.slice(100).join(' ')} 01`, 0x92))).toEqual(
    value({ at: MIDNIGHT, forward: [260, 50, null], reverse: [270, 50, null] }),
  )
})

test.each([
  ['another number of tariffs', `00 00 22 11 26 ${energies('26')}`],
  ['a moment that is none', '00 00 32 11 26 26 00 00 00 26 00 00 00'],
  ['digits that are none', '00 00 22 11 26 2A 00 00 00 26 00 00 00'],
  ['nothing', ''],
])('a block with %s is a bad reply', (_, content) => {
  expect(readFreezeBlock(METER, 'daily', 1).parse(reply(`01 FF 06 05 ${content}`))).toMatchObject({
    result: { ok: false, reason: 'bad-reply' },
  })
})

test.each(['00', 'FF'])('a record of %s bytes does not exist', (byte) => {
  const empty = (n: number) => Array.from({ length: n }, () => byte).join(' ')
  expect(readFreezeBlock(METER, 'daily', 9).parse(reply(`09 FF 06 05 ${empty(13)}`))).toEqual(
    value(null),
  )
  expect(readFreezeTime(METER, 'daily', 9).parse(reply(`09 00 06 05 ${empty(5)}`))).toEqual(
    value(null),
  )
  expect(readSettlementTime(METER, 9).parse(reply(`09 00 FE 00 ${empty(4)}`))).toEqual(value(null))
})

test('single items are read by themselves', () => {
  expect(readFreezeTime(METER, 'daily', 1).parse(reply('01 00 06 05 00 00 22 11 26'))).toEqual(
    value(MIDNIGHT),
  )
  const forward = readFrozenEnergies(METER, 'daily', 'forward', 1)
  expect(forward.parse(reply(`01 01 06 05 ${energies('26')}`))).toEqual(value([260, 50, null]))
  expect(forward.parse(reply('01 01 06 05 26 00 00 00'))).toEqual(value([260]))
  expect(forward.parse(reply('01 02 06 05 26 00 00 00'))).toEqual({ kind: 'not-ours' })
  expect(forward.parse(reply('01 01 06 05 26 00 00'))).toMatchObject({
    result: { reason: 'bad-reply' },
  })
})

test('a settlement has its hour and its energies', () => {
  expect(readSettlementTime(METER, 1).parse(reply('01 00 FE 00 00 22 11 26'))).toEqual(
    value(MIDNIGHT),
  )
  const combined = readSettlementEnergies(METER, 'combined', 1)
  expect(combined.parse(reply(`01 FF 00 00 ${energies('26')}`))).toEqual(value([260, 50, null]))
})

test('a meter that keeps no freezes refuses', () => {
  expect(readFreezeTime(METER, 'daily', 1).parse(reply('02', 0xd1))).toMatchObject({
    result: { ok: false, reason: 'refused-by-meter', refusals: ['noSuchData'] },
  })
})
