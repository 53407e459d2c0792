// The clock registers of a Modbus meter 时钟寄存器: bytes to a local time and back. Two-digit years are
// 2000–2099. Pure.

import type { LocalTime } from '../../shared/clock.ts'
import type { ModbusModel } from '../meter-model/model-schema.ts'

type ClockRegisters = NonNullable<ModbusModel['clock']>
type Part = ClockRegisters['bytes'][number]
export type ShownTime = Omit<LocalTime, 'weekday'>

const CENTURY = 2_000

export const clockRange = ({ register, bytes }: ClockRegisters) => ({
  start: register,
  count: Math.ceil(bytes.length / 2),
})

const fromBcd = (byte: number): number => (byte >> 4) * 10 + (byte & 0x0f)
const toBcd = (n: number): number => (Math.floor(n / 10) << 4) | (n % 10)

/** Whether such a moment exists is for the calendar to say. */
export const decodeClock = ({ bytes, code }: ClockRegisters, raw: Buffer): ShownTime => {
  const part = (name: Part): number => {
    const byte = raw[bytes.indexOf(name)] ?? 0
    return code === 'bcd' ? fromBcd(byte) : byte
  }
  return {
    year: CENTURY + part('year'),
    month: part('month'),
    dayOfMonth: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  }
}

/** The registers to write, in order. */
export const encodeClock = ({ bytes, code }: ClockRegisters, time: LocalTime): number[] => {
  const parts: Record<Part, number> = {
    year: time.year - CENTURY,
    month: time.month,
    day: time.dayOfMonth,
    weekday: time.weekday,
    hour: time.hour,
    minute: time.minute,
    second: time.second,
    unused: 0,
  }
  const raw = Buffer.from(bytes.map((name) => (code === 'bcd' ? toBcd(parts[name]) : parts[name])))
  return Array.from({ length: raw.length / 2 }, (_, i) => raw.readUInt16BE(2 * i))
}
