import { describe, expect, test } from 'vitest'
import { capOf, newCap } from './cap-data.ts'

const DRAFT = { ...newCap('2026-12'), bill: '82500.50', bought: '120000', margin: '5' }

describe('a cap is what was typed, in whole units', () => {
  test('the average purchase price is a bill over the energy bought', () =>
    expect(capOf(1, DRAFT)).toEqual({
      complexId: 1,
      since: '2026-12',
      basis: { kind: 'averagePurchase', billFen: 8_250_050, boughtWh: 120_000_000 },
      marginE6: 50_000,
      serviceFee: true,
      act: 'warn',
    }))
  test('the catalogue price is a price', () =>
    expect(capOf(1, { ...DRAFT, kind: 'catalogue', price: '0.65' })?.basis).toEqual({
      kind: 'catalogue',
      priceE8: 65_000_000,
    }))
  test('where losses are shared, common use is what is left', () => {
    const shared = { withLosses: true, tenants: '100000', lost: '5000' }
    expect(capOf(1, { ...DRAFT, ...shared })?.basis).toMatchObject({
      losses: { tenantsWh: 100_000_000, commonWh: 15_000_000, lossWh: 5_000_000 },
    })
    expect(capOf(1, { ...DRAFT, ...shared, lost: '20001' })).toBeNull()
  })
  test.each([{ bill: '' }, { bought: '0' }, { margin: 'x' }, { since: '' }])(
    'with %o there is none',
    (part) => expect(capOf(1, { ...DRAFT, ...part })).toBeNull(),
  )
})
