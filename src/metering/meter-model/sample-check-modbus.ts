// Frames of Modbus models, decoded by the real driver: a device that answers from the registers of
// the frame, and with zeros beside them.

import type { Clock } from '../../ports/clock.ts'
import { instant, rfc3339 } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import { type Words, words } from '../../shared/words.ts'
import type { Bus } from '../bus/session.ts'
import type { MeterDriver } from '../driver.ts'
import { createDevice } from '../drivers/create-device.ts'
import { readRegisters, writeRegisters } from '../protocol/modbus/commands/registers.ts'
import { CRC_BYTES, crc16, crcIsGood } from '../protocol/modbus/crc16.ts'
import { RTU } from '../protocol/modbus/framing.ts'
import { EXCEPTION_BIT, FN } from '../protocol/modbus/functions.ts'
import type { RegisterBlock } from '../protocol/modbus/registers.ts'
import type { MeterSample, ModbusModel, SampleMeaning } from './model-schema.ts'

const ZONE = 'UTC'
const EPOCH = instant(0)

const standingClock: Clock = {
  now: () => EPOCH,
  mono: () => 0,
  sleep: () => Promise.resolve(),
  after: () => () => {},
}

const READ_REPLY_HEAD = 3

/** The answer of a device that holds `block` and zeros everywhere else. */
const replyFrom = (block: RegisterBlock, request: Buffer): Buffer => {
  const unit = request[0] ?? 0
  const fn = request[1] ?? 0
  const start = request.readUInt16BE(2)
  const count = request.readUInt16BE(4)
  const reply = Buffer.alloc(READ_REPLY_HEAD + 2 * count + CRC_BYTES)
  reply.set([unit, fn, 2 * count])
  for (let i = 0; i < 2 * count; i++) {
    reply[READ_REPLY_HEAD + i] = block.bytes[2 * (start - block.start) + i] ?? 0
  }
  reply.writeUInt16LE(crc16(reply, 0, reply.length - CRC_BYTES), reply.length - CRC_BYTES)
  return reply
}

const slaveOf = (block: RegisterBlock): Pick<Bus, 'submit'> => ({
  submit: async ({ request }) => {
    const parsed = request.parse(replyFrom(block, request.bytes))
    if (parsed.kind === 'reply') return parsed.result
    return { ok: false, reason: 'timeout', detail: 'no answer', mayRetry: false }
  },
})

const driverOn = (model: ModbusModel, unit: number, circuit: number, block: RegisterBlock) => {
  const id = meterId(1)
  const meter = { meterId: id, meterNo: '', channels: [circuit], settings: {} }
  const config = {
    deviceId: 1,
    address: String(unit),
    model: model.id,
    settings: {},
    meters: [meter],
  }
  const deps = {
    bus: slaveOf(block),
    clock: standingClock,
    rng: { below: () => 0, bytes: (length: number) => Buffer.alloc(length) },
    keyOf: () => Promise.resolve(null),
    zone: ZONE,
  }
  return createDevice(deps, config, model)?.driverOf(id) ?? null
}

const without = (values: readonly (number | null)[] | undefined): number[] | undefined =>
  values?.filter((value) => value !== null)

const readAll = async (driver: MeterDriver): Promise<SampleMeaning> => {
  const status = await driver.readStatus('onDemand')
  const energy = await driver.readEnergy('onDemand')
  const clock = await driver.readClock('onDemand')
  const shown = status.ok ? status.value : null
  const tariffsWh = energy.ok ? without(energy.value.tariffsWh ?? undefined) : undefined
  const moment = clock.ok ? rfc3339(instant(EPOCH + clock.value.offsetMs), ZONE) : undefined
  return {
    ...(energy.ok && { energyWh: energy.value.energyWh }),
    ...(energy.ok && energy.value.reverseWh !== null && { reverseWh: energy.value.reverseWh }),
    ...(tariffsWh && { tariffsWh }),
    ...(shown?.electrical && {
      voltagesDv: without(shown.electrical.voltagesDv) ?? [],
      currentsMa: without(shown.electrical.currentsMa) ?? [],
    }),
    ...(typeof shown?.electrical?.powerFactorE3 === 'number' && {
      powerFactorE3: shown.electrical.powerFactorE3,
    }),
    ...(typeof shown?.powerW === 'number' && { powerW: shown.powerW }),
    ...(typeof shown?.statusWord === 'number' && { statusWord: shown.statusWord }),
    ...(shown?.relay && { relay: shown.relay, kept: shown.kept }),
    ...(moment !== undefined && { clock: moment.slice(0, 19).replace('T', ' ') }),
  }
}

const orderAnswer = (model: ModbusModel, raw: Buffer, unit: number): SampleMeaning => {
  const { orders } = model.relay ?? {}
  const values = orders?.trip ?? orders?.keepOn ?? [0]
  const target = { unit, framing: RTU }
  const request = writeRegisters(target, { start: orders?.register ?? 0, values })
  const parsed = request.parse(raw)
  return { accepted: parsed.kind === 'reply' && parsed.result.ok }
}

/** What a whole RTU frame with a good check says to the driver of this model. */
export const modbusMeaning = async (
  model: ModbusModel,
  sample: MeterSample,
  raw: Buffer,
): Promise<SampleMeaning | Words> => {
  const unit = raw[0] ?? 0
  const fn = raw[1] ?? 0
  if (raw.length < 4 || !crcIsGood(raw)) return words('CRC 不正确', 'the CRC is wrong')
  if ((fn & EXCEPTION_BIT) !== 0) return { refused: true }
  if (fn === FN.writeRegisters) return orderAnswer(model, raw, unit)
  if (fn !== 3 && fn !== 4) return words('须为 03 或 04 的应答', 'no answer to 03 or 04')
  const { register } = sample
  if (register === undefined) return words('缺少 register', 'register is missing')
  const count = (raw[2] ?? 0) / 2
  const request = readRegisters({ unit, framing: RTU }, { fn, start: register, count })
  const parsed = request.parse(raw)
  if (parsed.kind !== 'reply' || !parsed.result.ok)
    return words('长度与字节数不符', 'its length does not fit its byte count')
  const driver = driverOn(model, unit, sample.circuit ?? 1, parsed.result.value)
  return driver ? readAll(driver) : words('单元号不在 1–247', 'no unit number of 1–247')
}
