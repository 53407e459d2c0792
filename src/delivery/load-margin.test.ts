import { expect, test } from 'vitest'
import { type Load, loadMarginFen, tellableFen } from './load-margin.ts'

/** 1 yuan a kWh. */
const RULES = { dearestPriceE8: 100_000_000, moneyStepFen: 1, countModulus: 65_536 }

test.each<[string, Load, number]>([
  ['tripped', { relay: 'tripped', powerW: 0 }, 0],
  ['tripped, though its register says otherwise', { relay: 'tripped', powerW: 900 }, 0],
  ['closed without a load', { relay: 'closed', powerW: 0 }, 18],
  ['closed, feeding 1 kW', { relay: 'closed', powerW: 1_000 }, 21],
  ['closed, feeding 60 kW', { relay: 'closed', powerW: 60_000 }, 218],
  ['closed, feeding back', { relay: 'closed', powerW: -1_000 }, 21],
  ['waiting for the tenant’s hand', { relay: 'closePermitted', powerW: 0 }, 18],
  ['closed, power unknown', { relay: 'closed', powerW: null }, 68],
  ['not heard', null, 68],
])('what a meter may use until the order is there: %s', (_, load, fen) => {
  expect(loadMarginFen(load, RULES)).toBe(fen)
})

test('less than a tenth of a kWh costs is not told from use', () => {
  expect(tellableFen(RULES)).toBe(13)
})
