// One Modbus device on a test bench 台体上的装置: known power, and a master's side of the protocol for
// it. For tests of the simulator itself.

import { identityOf, type SimMeter } from '../definition.ts'
import { NOON } from '../meter/bench-meter.ts'
import type { VirtualMeter } from '../meter/virtual-meter.ts'
import { keptMeter } from '../simulated-meter.ts'
import { SimulatedDevice } from './device.ts'
import { deviceModelOf } from './models.ts'
import { decodeRtu, EXCEPTION } from './rtu.ts'

const OFFSET_MINUTES = 480

/** Every circuit draws nothing until a test says otherwise. */
export const benchDevice = (
  definition: Partial<SimMeter> & Pick<SimMeter, 'model'>,
  nowMs = NOON,
): SimulatedDevice => {
  const meter = { address: '202611220001', gateway: 'A', device: '1', ...definition }
  const identity = identityOf(meter)
  const model = deviceModelOf(identity.model)
  if (model === null) throw new Error(`${identity.model} is no Modbus device`)
  const world = { utcOffsetMinutes: OFFSET_MINUTES, seed: 7, load: { factor: 1 } }
  const circuit = (): VirtualMeter => {
    const one = keptMeter(identity, world, null, nowMs)
    one.site.fixedW = 0
    one.site.fixedVoltageDv = [2_200, 2_210, 2_220]
    one.state.energyRest = 0
    return one
  }
  const rest = Array.from({ length: model.circuits - 1 }, circuit)
  return new SimulatedDevice('1', 20, model.map, [circuit(), ...rest])
}

/** The answer's function and data, or null where the device keeps silent. */
export const askUnit = (device: SimulatedDevice, unit: number, pdu: number[], nowMs = NOON) => {
  const reply = device.onRequest({ unit, pdu: Buffer.from(pdu) }, nowMs)
  return reply === null ? null : (decodeRtu(reply)?.pdu ?? null)
}

const high = (word: number): number => word >>> 8
const low = (word: number): number => word & 0xff

/** The registers, the exception code, or null for silence. */
export const readRegisters = (
  device: SimulatedDevice,
  start: number,
  count: number,
  { nowMs = NOON, code = 0x03 } = {},
): number[] | number | null => {
  const pdu = [code, high(start), low(start), high(count), low(count)]
  const answer = askUnit(device, 1, pdu, nowMs)
  if (answer === null) return null
  if ((answer.readUInt8(0) & EXCEPTION) !== 0) return answer.readUInt8(1)
  return Array.from({ length: count }, (_, i) => answer.readUInt16BE(2 + 2 * i))
}

/** `ok`, the exception code, or null for silence. */
export const writeRegisters = (
  device: SimulatedDevice,
  start: number,
  words: number[],
  { nowMs = NOON, unit = 1 } = {},
): 'ok' | number | null => {
  const head = [0x10, high(start), low(start), 0, words.length, words.length * 2]
  const pdu = [...head, ...words.flatMap((word) => [high(word), low(word)])]
  const answer = askUnit(device, unit, pdu, nowMs)
  if (answer === null) return null
  return (answer.readUInt8(0) & EXCEPTION) === 0 ? 'ok' : answer.readUInt8(1)
}
