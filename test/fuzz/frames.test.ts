// However dirty a line is: nothing throws, nothing is read that was not sent, and the next good
// frame is found. 310,000 cases, seeded, so that a failure comes back.

import { expect, test } from 'vitest'
import { seeded } from './dirt.ts'
import { DLT645_1997, DLT645_2007, MODBUS_RTU, MODBUS_TCP } from './protocols.ts'
import { fuzz } from './run.ts'

const SEED = 20_261_122

test.each([
  // The check of 645 is a sum of eight bits: two wrong bytes can make up for each other.
  { name: 'DL/T 645-2007', protocol: DLT645_2007, cases: 90_000, accidentsMax: 20 },
  { name: 'DL/T 645-1997', protocol: DLT645_1997, cases: 60_000, accidentsMax: 20 },
  { name: 'Modbus RTU', protocol: MODBUS_RTU, cases: 100_000, accidentsMax: 0 },
])('$name: $cases dirty lines', ({ protocol, cases, accidentsMax }) => {
  const report = fuzz(seeded(SEED), protocol, cases)
  expect(report.wrong).toEqual([])
  expect(report).toMatchObject({ cases, foundAtOnce: cases, foundAfterSilence: cases })
  expect(report.accidents).toBeLessThanOrEqual(accidentsMax)
})

test('Modbus TCP: 60000 streams with noise and answers for somebody else', () => {
  const cases = 60_000
  const report = fuzz(seeded(SEED), MODBUS_TCP, cases)
  expect(report.wrong).toEqual([])
  expect(report).toMatchObject({ cases, foundAfterSilence: cases, accidents: 0 })
  // Without a check, noise that looks like a whole header swallows the frame behind it.
  expect(report.foundAtOnce).toBeGreaterThan(0.999 * cases)
})

test('the same seed gives the same dirt', () => {
  const [first, second] = [seeded(7).bytes(50), seeded(7).bytes(50)]
  expect(first).toEqual(second)
  expect(seeded(8).bytes(50)).not.toEqual(first)
})
