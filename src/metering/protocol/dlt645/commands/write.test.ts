import { expect, test } from 'vitest'
import { encodeTime } from '../calendar.ts'
import { bcdBytes } from '../digits.ts'
import { bytesOf, exampleFrame } from '../example-frames.ts'
import { encodeFrame } from '../frame.ts'
import { broadcastTime, freeze, readClock, readDate, readTimeOfDay, writeDate } from './clock.ts'
import {
  type Authority,
  changeBaud,
  readAddress,
  writeAddress,
  writeData,
  writeNumber,
} from './write.ts'

const METER = '202611220001'
const BY: Authority = { passwordClass: 0x02, password: '000000', operatorCode: '00000001' }
const ALARM_2 = { id: '04001002', bytes: 4 }
const MOMENT = { year: 2026, month: 11, dayOfMonth: 22, hour: 10, minute: 20, second: 30 }
const FIRST = { year: 2026, month: 1, dayOfMonth: 1, hour: 0, minute: 0, second: 0 }

const prices = Buffer.concat([12_000, 9500, 6800, 3200].map((price) => bcdBytes(price, 4)))
const zones = Buffer.concat([
  encodeTime('MMDDNN', FIRST, 1),
  encodeTime('MMDDNN', { ...FIRST, month: 7 }, 2),
])

test.each([
  ['F25', writeData(METER, '040501FF', prices, { ...BY, passwordClass: 0x04 })],
  ['F27', writeNumber(METER, ALARM_2, 2_000, BY)],
  ['F28', writeDate(METER, MOMENT, BY)],
  ['F29', writeData(METER, '04010000', zones, BY)],
  ['F33', broadcastTime(MOMENT)],
  ['F34', freeze('99990000')],
  ['F36', writeAddress('202611220001')],
  ['F37', changeBaud(METER, 9600)],
])('%s is what writes it', (id, request) => {
  expect(encodeFrame(request.frame)).toEqual(exampleFrame(id))
})

test('nobody answers a broadcast', () => {
  expect(broadcastTime(MOMENT).expectsReply).toBe(false)
  expect(freeze('99990000').expectsReply).toBe(false)
  expect(freeze('99990000', METER).expectsReply).toBe(true)
})

test('F26 accepts a write or names the wrong password', () => {
  const request = writeNumber(METER, ALARM_2, 2_000, BY)
  expect(request.repeatable).toBe(false)
  expect(request.parse(exampleFrame('F26a'))).toEqual({
    kind: 'reply',
    result: { ok: true, value: 'accepted' },
  })
  expect(request.parse(exampleFrame('F26b'))).toMatchObject({
    result: { ok: false, reason: 'refused-by-meter', code: 4, refusals: ['notAuthorised'] },
  })
})

test('a password and an operator code go low byte first', () => {
  const request = writeNumber(METER, ALARM_2, 0, {
    passwordClass: 4,
    password: '123456',
    operatorCode: '11223344',
  })
  expect(request.frame.data).toEqual(bytesOf('02 10 00 04  04 56 34 12  44 33 22 11  00 00 00 00'))
})

test.each([
  ['5,000 W', { id: '04090B01', bytes: 3 }, 50_000, '01 0B 09 04', '00 00 05'],
  ['99,999.9 W', { id: '04090B01', bytes: 3 }, 999_999, '01 0B 09 04', '99 99 99'],
  ['45 s', { id: '04090B02', bytes: 1 }, 45, '02 0B 09 04', '45'],
])('an overload of %s travels as NN.NNNN kW and NN s', (_name, item, count, id, value) => {
  const { frame } = writeNumber(METER, item, count, BY)
  expect(frame.data).toEqual(bytesOf(`${id} 02 00 00 00 01 00 00 00 ${value}`))
})

const reply = (control: number, data: string) =>
  encodeFrame({ address: METER, control, data: bytesOf(data) })
const read = (value: unknown) => ({ kind: 'reply', result: { ok: true, value } })

test('whoever is alone on the bus tells its address', () => {
  expect(readAddress().frame.address).toBe('AAAAAAAAAAAA')
  expect(readAddress().parse(reply(0x93, '01 00 22 11 26 20'))).toEqual(read(METER))
})

test('a new baud rate counts only when the meter repeats it', () => {
  expect(changeBaud(METER, 9600).parse(reply(0x97, '20'))).toEqual(read('accepted'))
  expect(changeBaud(METER, 9600).parse(reply(0x97, '08'))).toEqual({ kind: 'not-ours' })
  expect(() => changeBaud(METER, 1234)).toThrow('no code for 1234 baud')
})

test('the clock is read in one piece or in two', () => {
  const sunday = { ...MOMENT, weekday: 0 }
  expect(readClock(METER).parse(reply(0x91, '0C 01 00 04 30 20 10 00 22 11 26'))).toEqual(
    read(sunday),
  )
  expect(readDate(METER).parse(reply(0x91, '01 01 00 04 00 22 11 26'))).toMatchObject(
    read({ year: 2026, month: 11, dayOfMonth: 22, weekday: 0 }),
  )
  expect(readTimeOfDay(METER).parse(reply(0x91, '02 01 00 04 30 20 10'))).toMatchObject(
    read({ hour: 10, minute: 20, second: 30 }),
  )
  expect(readClock(METER).parse(reply(0x91, '0C 01 00 04 30 20 10 00 32 11 26'))).toMatchObject({
    result: { ok: false, reason: 'bad-reply' },
  })
})
