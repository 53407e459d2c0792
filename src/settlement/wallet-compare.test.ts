import { describe, expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import { instant } from '../shared/clock.ts'
import type { EnergyLine, Line } from '../tariff/lines.ts'
import { deductedBefore } from './wallet-compare.ts'

const line = (version: number, energyWh: number, amountFen: number): EnergyLine => ({
  ...{ kind: 'energy', planId: 1, version, period: null, tier: 1, energyWh },
  ...{ priceE8: 100_000_000, fen: fen(amountFen), by: ['registers'], estimatedWh: 0 },
  ...{ from: instant(0), until: instant(1) },
})
const service = (amountFen: number): Line => ({
  ...{ kind: 'serviceFee', per: 'perKwh', addE8: 1, energyWh: 1 },
  ...{ planId: 1, version: 1, fen: fen(amountFen) },
})

describe('what counts as deducted of a month that is priced anew', () => {
  test.each([
    {
      promise: 'another price: what it was priced with, so the whole difference is carried',
      known: { lines: [line(1, 10_000, 1_000)], unpricedWh: 0 },
      now: { lines: [line(2, 10_000, 1_200)], unpricedWh: 0 },
      deducted: 1_000,
    },
    {
      promise: 'a first price: all of it, so nothing is paid twice',
      known: { lines: [], unpricedWh: 10_000 },
      now: { lines: [line(1, 10_000, 980)], unpricedWh: 0 },
      deducted: 980,
    },
    {
      promise: 'a first price beside energy that had one: nothing is carried',
      known: { lines: [line(1, 4_000, 400)], unpricedWh: 6_000 },
      now: { lines: [line(1, 10_000, 1_000)], unpricedWh: 0 },
      deducted: 1_000,
    },
    {
      promise: 'a first price for a part: the rest stays unpriced',
      known: { lines: [line(1, 4_000, 400)], unpricedWh: 6_000 },
      now: { lines: [line(1, 7_000, 700)], unpricedWh: 3_000 },
      deducted: 700,
    },
    {
      promise: 'both at once: what was added is parted by energy, 12 yuan for 10 kWh',
      known: { lines: [line(1, 5_000, 500)], unpricedWh: 5_000 },
      now: { lines: [line(2, 10_000, 1_200)], unpricedWh: 0 },
      deducted: 500 + 600,
    },
    {
      promise: 'another multiplier adds energy that the meter has not deducted',
      known: { lines: [line(1, 10_000, 1_000)], unpricedWh: 0 },
      now: { lines: [line(1, 20_000, 2_000)], unpricedWh: 0 },
      deducted: 1_000,
    },
    {
      promise: 'unpriced energy that is gone was never deducted',
      known: { lines: [line(1, 10_000, 1_000)], unpricedWh: 5_000 },
      now: { lines: [line(1, 10_000, 1_000)], unpricedWh: 0 },
      deducted: 1_000,
    },
    {
      promise: 'fees outside the meter are no deduction',
      known: { lines: [service(30)], unpricedWh: 10_000 },
      now: { lines: [line(1, 10_000, 980), service(60)], unpricedWh: 0 },
      deducted: 980,
    },
  ])('$promise', ({ known, now, deducted }) => {
    expect(deductedBefore(known, now)).toBe(deducted)
  })
})
