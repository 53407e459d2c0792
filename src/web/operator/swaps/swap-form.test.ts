import { describe, expect, test } from 'vitest'
import { NO_SWAP, type SwapFields, swapRequestOf, withApproval } from './swap-form.ts'

const filled = (part: Partial<SwapFields>): SwapFields => ({
  ...NO_SWAP,
  newMeterId: 7,
  reasonCode: 'calibration',
  note: '到期轮换',
  ...part,
})

describe('a swap is asked for', () => {
  test('of a living meter, which is read itself', () =>
    expect(swapRequestOf(filled({}))).toEqual({
      newMeterId: 7,
      oldMeter: { state: 'alive' },
      newInitialWh: 0,
      reasonCode: 'calibration',
      note: '到期轮换',
    }))
  test('of a dead meter with what it showed and the photo that proves it', () =>
    expect(
      swapRequestOf(
        filled({ state: 'dead', finalKwh: '1234.5', remaining: '20.05', photoNote: 'IMG_1' }),
      ),
    ).toMatchObject({
      oldMeter: { state: 'dead', finalWh: 1_234_500, remainingFen: 2_005, photoNote: 'IMG_1' },
    }))
  test('of one that is taken down without another, whatever was chosen before', () =>
    expect(swapRequestOf(filled({ without: true, initialKwh: 'x' }))).toEqual({
      newMeterId: null,
      oldMeter: { state: 'alive' },
      newInitialWh: 0,
      reasonCode: 'calibration',
      note: '到期轮换',
    }))
  test.each<[string, Partial<SwapFields>]>([
    ['without a new meter', { newMeterId: null }],
    ['without a reason', { reasonCode: null }],
    ['for another reason without a note', { reasonCode: 'other', note: '  ' }],
    ['dead without its register', { state: 'dead', photoNote: 'IMG_1' }],
    ['dead without a photo', { state: 'dead', finalKwh: '10' }],
    ['with a register that is no figure', { finalKwh: 'abc' }],
    ['with an initial register that is no figure', { initialKwh: '' }],
  ])('not %s', (_name, part) => expect(swapRequestOf(filled(part))).toBeNull())
  test('the agreement goes with a dead meter only', () => {
    const alive = swapRequestOf(filled({}))
    const dead = swapRequestOf(filled({ state: 'dead', finalKwh: '1', photoNote: 'IMG_1' }))
    expect(alive && withApproval(alive, 'a').oldMeter).not.toHaveProperty('approvalId')
    expect(dead && withApproval(dead, 'a').oldMeter).toHaveProperty('approvalId', 'a')
  })
})
