import { expect, test } from 'vitest'
import { busSettings, byteMs } from './line.ts'

test.each([
  ['8E1', { baud: 9_600 }, 11],
  ['8N1', { baud: 9_600, parity: 'none' }, 10],
  ['8N2', { baud: 9_600, parity: 'none', stopBits: 2 }, 11],
  ['8O1', { baud: 9_600, parity: 'odd' }, 11],
  ['7E1', { baud: 9_600, dataBits: 7 }, 10],
  ['8N1 for Modbus where nothing is said', { baud: 9_600, protocol: 'modbus' }, 10],
])('a byte of %s takes its bits', (_, stored, bits) => {
  expect(byteMs(busSettings(stored)) * 9.6).toBeCloseTo(bits, 9)
})

test.each([
  ['2400 baud', { baud: 2_400 }, 14.58],
  ['9600 baud', { baud: 9_600 }, 3.64],
  ['9600 baud 8E1', { baud: 9_600, parity: 'even' }, 4.01],
  ['19200 baud', { baud: 19_200 }, 1.82],
  ['115200 baud, where the standard fixes it', { baud: 115_200 }, 1.75],
])('no gap may cut the silence of Modbus short: %s', (_, stored, leastMs) => {
  expect(busSettings({ ...stored, protocol: 'modbus', gapMs: 0 }).gapMs).toBeCloseTo(leastMs, 1)
  expect(busSettings({ ...stored, protocol: 'modbus', gapMs: 40 }).gapMs).toBe(40)
  expect(busSettings({ ...stored, protocol: 'modbus' }).gapMs).toBeGreaterThanOrEqual(leastMs - 0.1)
  expect(busSettings({ ...stored, gapMs: 0 }).gapMs).toBe(0)
})

test.each([
  [{ baud: 1 }, { baud: 2_400 }],
  [{ replyTimeoutMs: 1 }, { replyTimeoutMs: 1_500 }],
  [{ gapMs: -1 }, { gapMs: 19 }],
  [
    { parity: 'mark', dataBits: 9, stopBits: 3 },
    { parity: 'even', dataBits: 8, stopBits: 1 },
  ],
  [null, { baud: 2_400 }],
])('what is out of range takes its default: %j', (stored, expected) => {
  expect(busSettings(stored)).toMatchObject(expected)
})
