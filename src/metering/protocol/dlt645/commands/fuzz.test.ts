// Whatever frames come back, parsing a reply never throws and never invents a value.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fen } from '../../../../ledger/money.ts'
import type { Dlt645Request } from '../exchange.ts'
import { encodeFrame, parseControl } from '../frame.ts'
import { readClock } from './clock.ts'
import { readEvent, readPhaseEvent, readPhaseEventCounts } from './events.ts'
import { readFreezeBlock, readFreezeTime, readFrozenEnergies } from './freeze-records.ts'
import { readCustomerNo, readPurchase } from './purchases.ts'
import {
  readEnergy,
  readPowerW,
  readRemainingMoney,
  readTariffEnergies,
  readVoltagesV,
} from './read.ts'
import { relayOrder } from './relay.ts'
import { readStatusWord3, readStatusWords } from './status.ts'
import { endAuthentication, identityAuthentication, queryWallet, recharge } from './wallet.ts'
import { readAddress, writeNumber } from './write.ts'

const METER = '202611220001'
const ASKER = { address: METER, operatorCode: '00000001' }
const BY = { passwordClass: 2, password: '000000', operatorCode: '00000001' }
const NOON = { year: 2026, month: 11, dayOfMonth: 22, hour: 12, minute: 0, second: 0 }
const EIGHT = Buffer.alloc(8)
const FOUR = Buffer.alloc(4)

const REQUESTS: readonly Dlt645Request<unknown>[] = [
  readEnergy(METER),
  readTariffEnergies(METER),
  readRemainingMoney(METER),
  readPowerW(METER),
  readVoltagesV(METER),
  readStatusWord3(METER),
  readStatusWords(METER),
  readClock(METER),
  readPurchase(METER),
  readCustomerNo(METER),
  readAddress(),
  readFreezeTime(METER, 'daily', 1),
  readFreezeBlock(METER, 'hourly', 1),
  readFreezeBlock(METER, 'daily', 1, 4),
  readFrozenEnergies(METER, 'daily', 'forward', 1),
  readEvent(METER, 'coverOpened'),
  readEvent(METER, 'clockSet'),
  readPhaseEvent(METER, 'voltageLoss', 1),
  readPhaseEventCounts(METER, 'voltageLoss'),
  writeNumber(METER, { id: '04001001', bytes: 4 }, 1, BY),
  relayOrder(METER, 'trip', NOON, BY),
  queryWallet(ASKER),
  endAuthentication(ASKER),
  identityAuthentication(ASKER, { cipher1: EIGHT, random1: EIGHT, factor: EIGHT }),
  recharge(ASKER, {
    amountFen: fen(1),
    count: 1,
    customerNo: '000000000001',
    mac1: FOUR,
    mac2: FOUR,
  }),
]

const content = fc
  .oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.constantFrom(0x00, 0x09, 0x12, 0x99, 0xff), { maxLength: 40 }),
  )
  .map((bytes) => Buffer.from(bytes))

const anyReply = fc
  .record({
    request: fc.constantFrom(...REQUESTS),
    address: fc.constantFrom(METER, METER, METER, '202611220002', 'AAAAAAAAAAAA'),
    flags: fc.constantFrom(0x80, 0x80, 0x80, 0xa0, 0xc0, 0xe0, 0x00),
    sameFunction: fc.constantFrom(true, true, true, false),
    echoed: fc.constantFrom(4, 4, 4, 3, 0),
    content,
  })
  .map(({ request, address, flags, sameFunction, echoed, content: bytes }) => {
    const func = sameFunction ? request.frame.control : 0x1e
    const data = Buffer.concat([request.frame.data.subarray(0, echoed), bytes])
    return { request, reply: { address, control: flags | func, data } }
  })

test('whatever a meter answers, a reply is not ours, more, a value or a named fault', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(anyReply, ({ request, reply }) => {
      const parsed = request.parse(encodeFrame(reply))
      const control = parseControl(reply.control)
      if (!control.fromSlave || control.func !== request.frame.control) {
        expect(parsed.kind).toBe('not-ours')
      }
      if (parsed.kind !== 'reply') {
        seen.add(parsed.kind)
      } else {
        seen.add(parsed.result.ok ? 'value' : parsed.result.reason)
        if (control.error) expect(parsed.result).toMatchObject({ reason: 'refused-by-meter' })
      }
    }),
    { numRuns: 5000 },
  )
  // The generator reaches every outcome, or it proves nothing.
  expect([...seen]).toEqual(
    expect.arrayContaining(['bad-reply', 'more', 'not-ours', 'refused-by-meter', 'value']),
  )
})

test('any bytes at all are no reply unless they are a frame', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...REQUESTS),
      fc.uint8Array({ maxLength: 60 }),
      (request, bytes) => {
        expect(request.parse(Buffer.from(bytes)).kind).toBe('not-ours')
      },
    ),
    { numRuns: 1000 },
  )
})
