import { expect, test } from 'vitest'
import { hungOf, NOT_HUNG } from './hung.ts'

const TYPED = { ...NOT_HUNG, pointId: 7 }

test('a plain meter is hung with a ratio of 1, whose side does not matter', () => {
  expect(hungOf(TYPED)).toEqual({
    pointId: 7,
    multiplier: 1,
    side: 'primary',
    direction: 'combined',
  })
})

test('registers and the largest power are sent as whole Wh and W', () => {
  const typed = { multiplier: '40', initialKwh: '12.34', maxPowerKw: '50' }
  expect(hungOf({ ...TYPED, ...typed })).toEqual({
    ...{ pointId: 7, multiplier: 40, side: 'secondary', direction: 'combined' },
    ...{ initialWh: 12_340, maxPowerW: 50_000 },
  })
})

test('the reverse register counts only where both are added up', () => {
  const reverse = { initialReverseKwh: '1' }
  expect(hungOf({ ...TYPED, ...reverse })).not.toHaveProperty('initialReverseWh')
  expect(hungOf({ ...TYPED, ...reverse, direction: 'forwardPlusReverse' })).toHaveProperty(
    'initialReverseWh',
    1_000,
  )
})

test.each([
  [{ pointId: null }],
  [{ multiplier: '0' }],
  [{ multiplier: '' }],
  [{ multiplier: '1.5' }],
  [{ initialKwh: 'a' }],
  [{ maxPowerKw: '-1' }],
])('%o can not be sent', (part) => {
  expect(hungOf({ ...TYPED, ...part })).toBeNull()
})
