import { describe, expect, test } from 'vitest'
import { perDenomination, piecesTyped, sumFen } from './denominations.ts'

describe('a drawer counted by face value', () => {
  test('sums to whole fen down to the ten-fen coin', () =>
    expect(sumFen({ 10000: '3', 2000: '1', 50: '3', 10: '7' })).toBe(32_220))
  test('an empty drawer is zero', () => expect(sumFen({})).toBe(0))
  test('tells the server only what was there', () =>
    expect(perDenomination({ 10000: '2', 5000: '0', 10: '' })).toEqual([
      { faceFen: 10_000, pieces: 2 },
    ]))
  test.each([
    ['12a', '12'],
    ['-3', '3'],
    ['007', '7'],
    ['1234567', '12345'],
  ])('typed %s is %s pieces', (typed, kept) => expect(piecesTyped(typed)).toBe(kept))
})
