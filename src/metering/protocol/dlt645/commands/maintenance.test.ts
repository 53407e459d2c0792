import { expect, test } from 'vitest'
import { fen } from '../../../../ledger/money.ts'
import { bytesOf } from '../example-frames.ts'
import type { Dlt645Request } from '../exchange.ts'
import { explain } from '../explain.ts'
import { encodeFrame } from '../frame.ts'
import {
  changePassword,
  clearDemand,
  clearEvents,
  clearMeter,
  setTerminalOutput,
} from './maintenance.ts'
import { refund } from './wallet.ts'

const METER = '202611220001'
const BY = { passwordClass: 0x02, password: '123456', operatorCode: '11223344' }
const AUTHORITY = '02 56 34 12 44 33 22 11'
const to = (password: string) => ({ passwordClass: 0x02, password })
const change = changePassword(METER, 3, { by: to('123456'), to: to('654321') })
const repay = refund(
  { address: METER, operatorCode: '11223344' },
  { amountFen: fen(10_000), orderNo: '2026112200000007', meterNo: METER },
)

test.each<[string, Dlt645Request<unknown>, number, string]>([
  ['a new password', change, 0x18, '03 0C 00 04 02 56 34 12 02 21 43 65'],
  ['clearing demands', clearDemand(METER, BY), 0x19, AUTHORITY],
  ['clearing the meter', clearMeter(METER, BY), 0x1a, AUTHORITY],
  ['clearing all events', clearEvents(METER, BY), 0x1b, `${AUTHORITY} FF FF FF FF`],
  ['clearing trips', clearEvents(METER, BY, '1D0000FF'), 0x1b, `${AUTHORITY} FF 00 00 1D`],
  ['the clock signal', setTerminalOutput(METER, 'clockSignal'), 0x1d, '00'],
  ['the period switch', setTerminalOutput(METER, 'periodSwitch'), 0x1d, '02'],
  [
    'a refund',
    repay,
    0x03,
    `FF 08 01 07 44 33 22 11 10 27 00 00 07 00 00 00 22 11 26 20 00 00 00 00
      01 00 22 11 26 20 00 00 00 00`,
  ],
])('%s has the bytes of the protocol and is never sent twice', (_, request, control, data) => {
  expect(request.frame).toEqual({ address: METER, control, data: bytesOf(data) })
  expect(request.repeatable).toBe(false)
  const lines = explain(request.frame).map(({ zh, value }) => `${zh} ${value.zh}`)
  expect(lines.join('\n')).not.toMatch(/无法解析|缺失|多余|未知/)
})

const reply = (control: number, data: string) =>
  encodeFrame({ address: METER, control, data: bytesOf(data) })
const accepted = { kind: 'reply', result: { ok: true, value: 'accepted' } }

test.each<[string, Dlt645Request<unknown>, Buffer]>([
  ['a new password', change, reply(0x98, '02 21 43 65')],
  ['clearing demands', clearDemand(METER, BY), reply(0x99, '')],
  ['clearing the meter', clearMeter(METER, BY), reply(0x9a, '')],
  ['clearing events', clearEvents(METER, BY), reply(0x9b, '')],
  ['an output', setTerminalOutput(METER, 'demandPeriod'), reply(0x9d, '01')],
  ['a refund', repay, reply(0x83, 'FF 08 01 07')],
])('%s is accepted by its own answer', (_, request, raw) => {
  expect(request.parse(raw)).toEqual(accepted)
})

test('a password counts as changed only when the meter repeats the new one', () => {
  expect(change.parse(reply(0x98, '02 56 34 12'))).toEqual({ kind: 'not-ours' })
  expect(change.parse(reply(0xd8, '04'))).toMatchObject({
    result: { reason: 'refused-by-meter', refusals: ['notAuthorised'] },
  })
})

test('a refund is refused with one byte', () => {
  expect(repay.parse(reply(0xc3, '01'))).toMatchObject({
    result: { reason: 'refused-by-meter', refusals: ['other'], code: 1 },
  })
})

test.each(['999999999999', 'AAAAAAAAAAAA', 'AAAAAAAA0001'])('%s gets no such order', (address) => {
  expect(() => clearDemand(address, BY)).toThrow('names one meter')
  expect(() => clearMeter(address, BY)).toThrow('names one meter')
})

test.each(['1D000001', 'FF', 'XX0000FF'])('%s is no event to clear', (id) => {
  expect(() => clearEvents(METER, BY, id)).toThrow('not an event')
})
