// What is fuzzed 模糊测试对象: for each protocol, requests with good answers of random values.

import { readFreezeBlock } from '../../src/metering/protocol/dlt645/commands/freeze-records.ts'
import {
  readEnergy,
  readRemainingMoney,
  readTariffEnergies,
  readVoltagesV,
} from '../../src/metering/protocol/dlt645/commands/read.ts'
import { relayOrder } from '../../src/metering/protocol/dlt645/commands/relay.ts'
import { bcdBytes } from '../../src/metering/protocol/dlt645/digits.ts'
import type { Dlt645Request } from '../../src/metering/protocol/dlt645/exchange.ts'
import { encodeFrame } from '../../src/metering/protocol/dlt645/frame.ts'
import {
  readEnergy1997,
  readTariffEnergies1997,
  readVoltage1997V,
} from '../../src/metering/protocol/dlt645-1997/commands/read.ts'
import { readCoils, writeCoil } from '../../src/metering/protocol/modbus/commands/bits.ts'
import {
  readRegisters,
  writeRegisters,
} from '../../src/metering/protocol/modbus/commands/registers.ts'
import { RTU, type Target, tcpFraming } from '../../src/metering/protocol/modbus/framing.ts'
import type { Request } from '../../src/metering/protocol/request.ts'
import type { Random } from './dirt.ts'
import type { FuzzCase, FuzzProtocol } from './run.ts'

const METER = '202611220001'
const OTHER = '202611220002'
const BY = { passwordClass: 2, password: '000000', operatorCode: '00000001' }
const NOON = { year: 2026, month: 11, dayOfMonth: 22, hour: 12, minute: 0, second: 0 }
const ok = (value: unknown) => ({ ok: true, value })

const sum = (bytes: Buffer): number => bytes.reduce((s, byte) => (s + byte) % 256, 0)
const isGood645 = (raw: Buffer): boolean =>
  raw.length >= 12 &&
  raw[0] === 0x68 &&
  raw[7] === 0x68 &&
  raw.length === 12 + (raw[9] ?? 0) &&
  raw.at(-1) === 0x16 &&
  raw.at(-2) === sum(raw.subarray(0, -2))

type Content = { content: Buffer; value: unknown }

/** `echo` is how many bytes of the request an answer repeats. */
const case645 = (
  request: Dlt645Request<unknown>,
  { content, value }: Content,
  echo: number,
): FuzzCase => {
  const data = Buffer.concat([request.frame.data.subarray(0, echo), content])
  const control = request.frame.control | 0x80
  const wrongId = Buffer.concat([Buffer.of(0x77), data.subarray(1)])
  return {
    request,
    answer: encodeFrame({ address: METER, control, data }),
    result: ok(value),
    others: [
      encodeFrame({ address: OTHER, control, data }),
      encodeFrame({ address: METER, control: 0x9e, data }),
      ...(echo === 0 ? [] : [encodeFrame({ address: METER, control, data: wrongId })]),
      request.bytes.subarray(4),
    ],
  }
}

const numbers = (r: Random, count: number, bytes: number): number[] =>
  Array.from({ length: count }, () => r.below(10 ** Math.min(2 * bytes, 8)))
const joined = (values: readonly number[], bytes: number): Buffer =>
  Buffer.concat(values.map((n) => bcdBytes(n, bytes)))

const MIDNIGHT = {
  year: 2026,
  month: 11,
  dayOfMonth: 22,
  hour: 0,
  minute: 0,
  second: 0,
  weekday: 0,
}
const MIDNIGHT_BYTES = Buffer.from([0, 0, 0x22, 0x11, 0x26])

/** The highest bit of a combined register is its sign; hundredths of a kWh, in Wh. */
const combinedWh = (digits: number): number =>
  digits < 80_000_000 ? digits * 10 : (80_000_000 - digits) * 10

const make2007 = (r: Random): FuzzCase => {
  const [n = 0] = numbers(r, 1, 4)
  const four = bcdBytes(n, 4)
  const several = numbers(r, 1 + r.below(5), 4)
  const volts = numbers(r, 3, 2)
  switch (r.below(6)) {
    case 0:
      return case645(readEnergy(METER), { content: four, value: combinedWh(n) }, 4)
    case 1:
      return case645(readRemainingMoney(METER), { content: four, value: n }, 4)
    case 2: {
      const value = several.map(combinedWh)
      return case645(readTariffEnergies(METER), { content: joined(several, 4), value }, 4)
    }
    case 3: {
      const value = volts.map((v) => v / 10)
      return case645(readVoltagesV(METER), { content: joined(volts, 2), value }, 4)
    }
    case 4: {
      const value = { at: MIDNIGHT, forward: [n * 10], reverse: [n * 10] }
      const content = Buffer.concat([MIDNIGHT_BYTES, four, four])
      return case645(readFreezeBlock(METER, 'hourly', 1), { content, value }, 4)
    }
    default: {
      const trip = relayOrder(METER, 'trip', NOON, BY)
      return case645(trip, { content: Buffer.alloc(0), value: 'accepted' }, 0)
    }
  }
}

const make1997 = (r: Random): FuzzCase => {
  const [n = 0] = numbers(r, 1, 4)
  const several = numbers(r, 1 + r.below(5), 4)
  const [volts = 0] = numbers(r, 1, 2)
  switch (r.below(3)) {
    case 0:
      return case645(readEnergy1997(METER), { content: bcdBytes(n, 4), value: n * 10 }, 2)
    case 1: {
      const content = Buffer.concat([joined(several, 4), Buffer.of(0xaa)])
      const value = several.map((e) => e * 10)
      return case645(readTariffEnergies1997(METER), { content, value }, 2)
    }
    default:
      return case645(readVoltage1997V(METER), { content: bcdBytes(volts, 2), value: volts }, 2)
  }
}

/** Bit by bit, as the specification draws it: not the table of the codec. */
const crc = (bytes: Buffer): number => {
  let value = 0xffff
  for (const byte of bytes) {
    value ^= byte
    for (let i = 0; i < 8; i++) value = value & 1 ? (value >> 1) ^ 0xa001 : value >> 1
  }
  return value
}
const rtuFrame = (unit: number, pdu: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.of(unit), pdu])
  const check = crc(body)
  return Buffer.concat([body, Buffer.of(check & 0xff, check >> 8)])
}
const isGoodRtu = (raw: Buffer): boolean =>
  raw.length >= 4 && crc(raw.subarray(0, -2)) === raw.readUInt16LE(raw.length - 2)

const tcpFrame = (transaction: number, unit: number, pdu: Buffer): Buffer => {
  const head = Buffer.alloc(7)
  head.writeUInt16BE(transaction, 0)
  head.writeUInt16BE(pdu.length + 1, 4)
  head[6] = unit
  return Buffer.concat([head, pdu])
}
const isGoodTcp = (raw: Buffer): boolean =>
  raw.length >= 8 && raw.readUInt16BE(2) === 0 && raw.readUInt16BE(4) === raw.length - 6

type Asked = { request: Request<unknown>; pdu: Buffer; result: unknown }

const refused = { ok: false, reason: 'refused-by-meter', mayRetry: false }

const askModbus = (r: Random, target: Target): Asked => {
  const start = r.below(0x400)
  const count = 1 + r.below(r.chance(0.2) ? 100 : 6)
  const values = r.bytes(2 * count)
  // Built where it is used: a request over TCP takes a number.
  const registers = () => readRegisters(target, { start, count })
  switch (r.below(5)) {
    case 0:
    case 1: {
      const pdu = Buffer.concat([Buffer.of(3, 2 * count), values])
      return { request: registers(), pdu, result: ok({ start, bytes: values }) }
    }
    case 2: {
      const detail = '02 addressUnknown'
      const result = { ...refused, detail, refusals: ['addressUnknown'], code: 2 }
      return { request: registers(), pdu: Buffer.of(0x83, 2), result }
    }
    case 3: {
      const request = readCoils(target, { start, count: 8 })
      const bits = Array.from({ length: 8 }, (_, i) => (((values[0] ?? 0) >> i) & 1) === 1)
      return { request, pdu: Buffer.of(1, 1, values[0] ?? 0), result: ok(bits) }
    }
    default: {
      if (r.chance(0.5)) {
        const request = writeCoil(target, { coil: start, on: true })
        return {
          request,
          pdu: Buffer.of(5, start >> 8, start & 0xff, 0xff, 0),
          result: ok('accepted'),
        }
      }
      const request = writeRegisters(target, { start, values: [1, 2] })
      return { request, pdu: Buffer.of(16, start >> 8, start & 0xff, 0, 2), result: ok('accepted') }
    }
  }
}

const makeRtu = (r: Random): FuzzCase => {
  const unit = 1 + r.below(247)
  const other = unit === 247 ? 1 : unit + 1
  const { request, pdu, result } = askModbus(r, { unit, framing: RTU })
  const answer = rtuFrame(unit, pdu)
  const others = [
    rtuFrame(other, pdu),
    rtuFrame(unit, Buffer.of(4, 2, 0, 9)),
    rtuFrame(unit, Buffer.of(0x84, 2)),
    // More registers than are ever asked here: a late answer of the right length would be ours.
    rtuFrame(unit, Buffer.concat([Buffer.of(3, 204), r.bytes(204)])),
  ]
  const echo = request.bytes.equals(answer) ? [] : [request.bytes]
  return { request, answer, result, others: [...others, ...echo] }
}

const makeTcp = (r: Random): FuzzCase => {
  const transaction = r.below(0x10000)
  const unit = r.below(256)
  const { request, pdu, result } = askModbus(r, { unit, framing: tcpFraming(transaction) })
  const others = [
    tcpFrame((transaction + 1) & 0xffff, unit, pdu),
    tcpFrame(transaction, (unit + 1) & 0xff, pdu),
    tcpFrame(transaction, unit, Buffer.of(4, 2, 0, 9)),
  ]
  const answer = tcpFrame(transaction, unit, pdu)
  const echo = request.bytes.equals(answer) ? [] : [request.bytes]
  return { request, answer, result, others: [...others, ...echo] }
}

const STARTS_645 = Buffer.from([0x68, 0x16, 0xfe, 0x33])

export const DLT645_2007: FuzzProtocol = {
  make: make2007,
  starts: STARTS_645,
  isGood: isGood645,
  checked: true,
}

export const DLT645_1997: FuzzProtocol = { ...DLT645_2007, make: make1997 }

export const MODBUS_RTU: FuzzProtocol = {
  make: makeRtu,
  starts: Buffer.from([0, 1, 2, 3, 4, 0x10, 0x83]),
  isGood: isGoodRtu,
  checked: true,
}

export const MODBUS_TCP: FuzzProtocol = {
  make: makeTcp,
  starts: Buffer.from([0, 0, 0, 1, 3, 5]),
  isGood: isGoodTcp,
  checked: false,
}
