import { describe, expect, test } from 'vitest'
import type { ModbusModel } from '../meter-model/model-schema.ts'
import { clockRange, decodeClock, encodeClock } from './modbus-clock.ts'

type ClockRegisters = NonNullable<ModbusModel['clock']>

const TIME = {
  year: 2026,
  month: 11,
  dayOfMonth: 22,
  weekday: 0,
  hour: 10,
  minute: 20,
  second: 30,
}

describe('clock registers', () => {
  test.each<[string, ClockRegisters, string]>([
    [
      'binary, with a weekday',
      {
        register: 0x0228,
        code: 'binary',
        bytes: ['year', 'month', 'day', 'weekday', 'hour', 'minute', 'second', 'unused'],
      },
      '1a0b16000a141e00',
    ],
    [
      'bcd, seconds first',
      {
        register: 0x0010,
        code: 'bcd',
        bytes: ['second', 'minute', 'hour', 'day', 'month', 'year'],
      },
      '302010221126',
    ],
  ])('%s', (_, registers, hex) => {
    const words = encodeClock(registers, TIME)
    const bytes = Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]))
    expect(bytes.toString('hex')).toBe(hex)
    const { weekday: _weekday, ...shown } = TIME
    expect(decodeClock(registers, bytes)).toEqual(shown)
    expect(clockRange(registers)).toEqual({ start: registers.register, count: hex.length / 4 })
  })
})
