import { expect, test } from 'vitest'
import { exampleFrame } from '../example-frames.ts'
import { encodeFrame } from '../frame.ts'
import { RELAY_ORDERS, type RelayOrder } from '../relay-orders.ts'
import { relayOrder } from './relay.ts'
import type { Authority } from './write.ts'

const METER = '202611220001'
const BY: Authority = { passwordClass: 0x02, password: '000000', operatorCode: '00000001' }
const NIGHT = { year: 2026, month: 11, dayOfMonth: 22, hour: 23, minute: 59, second: 59 }
const HOLLEY = { year: 2018, month: 5, dayOfMonth: 12, hour: 15, minute: 41, second: 24 }
const NOBODY: Authority = { passwordClass: 0, password: '000000', operatorCode: '00000000' }

test.each([
  ['F15', relayOrder('111111111111', 'trip', HOLLEY, NOBODY)],
  ['F30', relayOrder(METER, 'trip', NIGHT, BY)],
  ['F31a', relayOrder(METER, 'permitClose', NIGHT, BY)],
  ['F31b', relayOrder(METER, 'keepPowerOn', NIGHT, BY)],
])('%s is the order with its deadline', (id, request) => {
  expect(encodeFrame(request.frame)).toEqual(exampleFrame(id))
  expect(request.repeatable).toBe(false)
})

test.each<[RelayOrder, number]>([
  ['trip', 0x1a],
  ['permitClose', 0x1b],
  ['directClose', 0x1c],
  ['alarmOn', 0x2a],
  ['alarmOff', 0x2b],
  ['keepPowerOn', 0x3a],
  ['keepPowerOff', 0x3b],
])('%s has its own code and no other differs', (order, code) => {
  const { data } = relayOrder(METER, order, NIGHT, BY).frame
  const trip = relayOrder(METER, 'trip', NIGHT, BY).frame.data
  expect(data[8]).toBe(code)
  expect(Buffer.concat([data.subarray(0, 8), data.subarray(9)])).toEqual(
    Buffer.concat([trip.subarray(0, 8), trip.subarray(9)]),
  )
  expect(Object.keys(RELAY_ORDERS)).toHaveLength(7)
})

test('F15 is answered by "accepted", which is not "done"', () => {
  expect(relayOrder('111111111111', 'trip', HOLLEY, NOBODY).parse(exampleFrame('F15r'))).toEqual({
    kind: 'reply',
    result: { ok: true, value: 'accepted' },
  })
})

test('F32 refuses a trip while power is kept', () => {
  expect(relayOrder(METER, 'trip', NIGHT, BY).parse(exampleFrame('F32'))).toMatchObject({
    result: { ok: false, reason: 'refused-by-meter', code: 4, refusals: ['notAuthorised'] },
  })
})

test.each(['AAAAAAAAAAAA', 'AAAAAAAA0001', '999999999999'])(
  'no relay order goes to %s: an order has one meter',
  (address) => {
    expect(() => relayOrder(address, 'trip', NIGHT, BY)).toThrow('one meter')
  },
)

test('the commercial variant differs in the reserved byte only', () => {
  expect(relayOrder(METER, 'trip', NIGHT, BY, 0x01).frame.data[9]).toBe(1)
  expect(relayOrder(METER, 'trip', NIGHT, BY).frame.data[9]).toBe(0)
})
