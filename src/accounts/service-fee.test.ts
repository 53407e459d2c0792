import { describe, expect, test } from 'vitest'
import { feeFor, type ServiceFee, serviceFeeOf } from './service-fee.ts'

describe('the service fee', () => {
  test.each<[string, ServiceFee | null, number, number]>([
    ['is none where the complex takes none', null, 10_000, 0],
    ['is the same for every sale when fixed', { kind: 'fixed', fen: 150 }, 10_000, 150],
    ['is a share, half a fen up', { kind: 'permille', permille: 25 }, 10_020, 251],
    ['is a share, less than half a fen down', { kind: 'permille', permille: 25 }, 10_019, 250],
    ['of nothing is nothing', { kind: 'fixed', fen: 150 }, 0, 0],
  ])('%s', (_, fee, settledFen, expected) => {
    expect(feeFor(fee, settledFen)).toBe(expected)
  })
  test.each<[string, unknown, ServiceFee | null]>([
    ['nothing', undefined, null],
    ['a word', 'fixed', null],
    ['a fixed amount', { kind: 'fixed', fen: 100 }, { kind: 'fixed', fen: 100 }],
    ['half a fen', { kind: 'fixed', fen: 0.5 }, null],
    ['less than nothing', { kind: 'permille', permille: -1 }, null],
    ['all of it', { kind: 'permille', permille: 1_000 }, { kind: 'permille', permille: 999 }],
  ])('set to %s is understood or none', (_, setting, expected) => {
    expect(serviceFeeOf(setting)).toEqual(expected)
  })
})
