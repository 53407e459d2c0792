import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { fen } from '../../ledger/money.ts'
import { must } from '../../shared/assert.ts'
import { relayOrder } from '../protocol/dlt645/commands/relay.ts'
import { recharge } from '../protocol/dlt645/commands/wallet.ts'
import { writeData } from '../protocol/dlt645/commands/write.ts'
import { decodeFrame, encodeFrame } from '../protocol/dlt645/frame.ts'
import { readData1997 } from '../protocol/dlt645-1997/commands/read.ts'
import { readIdentity } from '../protocol/modbus/commands/identity.ts'
import { writeRegisters } from '../protocol/modbus/commands/registers.ts'
import { crc16 } from '../protocol/modbus/crc16.ts'
import { RTU } from '../protocol/modbus/framing.ts'
import type { Request } from '../protocol/request.ts'
import { busSettings, byteMs } from './line.ts'
import { createBus } from './session.ts'

const METER = '202611220001'
const SETTINGS = busSettings({ baud: 2_400, replyTimeoutMs: 1_000, gapMs: 10 })
/** Between the end of an answer and the beginning of its double. */
const DOUBLED_AFTER_MS = 90
const LONG_MS = 20_000

/** A line on which every answer comes twice; null: the device stays silent. */
const doubling = (answerTo: (request: Buffer, nth: number) => Buffer | null) => {
  const clock = createManualClock()
  const bus = createBus(clock, SETTINGS)
  let nth = 0
  bus.connected({
    write: (bytes) => {
      nth += 1
      const answer = answerTo(Buffer.from(bytes), nth)
      if (answer === null) return
      const lineMs = answer.length * byteMs(SETTINGS)
      const firstMs = bytes.length * byteMs(SETTINGS) + 50 + lineMs
      for (const afterMs of [firstMs, firstMs + DOUBLED_AFTER_MS + lineMs]) {
        clock.after(afterMs, () => bus.received(answer))
      }
    },
  })
  return { clock, bus }
}

const rtu = (...body: number[]): Buffer => {
  const crc = crc16(Buffer.from(body))
  return Buffer.from([...body, crc & 0xff, crc >> 8])
}

const BY = { passwordClass: 2, password: '000000', operatorCode: '00000001' }
const NOON = { year: 2026, month: 11, dayOfMonth: 22, hour: 12, minute: 0, second: 0 }
const MAC = Buffer.alloc(4)
const write = (id: string) => writeData(METER, id, Buffer.alloc(4), BY)
const credit = (count: number) =>
  recharge(
    { address: METER, operatorCode: '00000001' },
    { amountFen: fen(100), count, customerNo: '000000000001', mac1: MAC, mac2: MAC },
  )
const accepts = (request: Buffer): Buffer => {
  const { address, control, data } = must(decodeFrame(request.subarray(4)), 'a request')
  const echo = control === 0x03 ? data.subarray(0, 4) : Buffer.alloc(0)
  return encodeFrame({ address, control: control | 0x80, data: echo })
}

const PAIRS: [string, Request<unknown>, Request<unknown>][] = [
  ['writes of two items', write('04001001'), write('04001002')],
  ['orders', relayOrder(METER, 'trip', NOON, BY), relayOrder(METER, 'directClose', NOON, BY)],
  ['credits', credit(5), credit(6)],
]
test.each(PAIRS)(
  'of two %s the second is not taken for done by the first’s double',
  async (...[, first, second]) => {
    const { clock, bus } = doubling((request, nth) => (nth === 1 ? accepts(request) : null))
    const ask = (request: Request<unknown>) =>
      bus.submit({ address: METER, request, priority: 'recharge' })
    const results = [ask(first), ask(second)]
    await clock.advance(LONG_MS)
    expect(await results[0]).toMatchObject({ ok: true })
    expect(await results[1]).toMatchObject({ ok: false, reason: 'timeout' })
  },
)

test('makers’ names of writes do not matter: what a Modbus answer repeats does', async () => {
  const { clock, bus } = doubling((_, nth) => (nth === 1 ? rtu(1, 16, 0, 4, 0, 2) : null))
  const ask = (label: string) => {
    const request = writeRegisters({ unit: 1, framing: RTU }, { start: 4, values: [1, 2] })
    return bus.submit({ address: '1', request: { ...request, label }, priority: 'status' })
  }
  const results = [ask('open'), ask('close')]
  await clock.advance(LONG_MS)
  expect(await results[0]).toMatchObject({ ok: true })
  expect(await results[1]).toMatchObject({ ok: false, reason: 'timeout' })
})

test('parts that carry no number are not taken twice (645-1997)', async () => {
  const { clock, bus } = doubling((request, nth) => {
    const { address, control, data } = must(decodeFrame(request.subarray(4)), 'a request')
    const part = Buffer.concat([data, Buffer.of(nth)])
    return encodeFrame({ address, control: control | (nth < 4 ? 0xa0 : 0x80), data: part })
  })
  const request = readData1997(METER, '901F')
  const read = bus.submit({ address: METER, request, priority: 'status' })
  await clock.advance(LONG_MS)
  expect(await read).toEqual({ ok: true, value: Buffer.of(1, 2, 3, 4) })
})

test('a long identification is not cut short by a doubled part', async () => {
  const { clock, bus } = doubling((_, nth) =>
    rtu(1, 0x2b, 0x0e, 1, 1, nth < 3 ? 0xff : 0, nth < 3 ? nth : 0, 1, nth - 1, 1, 0x40 + nth),
  )
  const request = readIdentity({ unit: 1, framing: RTU })
  const read = bus.submit({ address: '1', request, priority: 'status' })
  await clock.advance(LONG_MS)
  const value = new Map([
    [0, 'A'],
    [1, 'B'],
    [2, 'C'],
  ])
  expect(await read).toEqual({ ok: true, value })
})
