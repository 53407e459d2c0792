import { describe, expect, test } from 'vitest'
import { MODE_REASON_CODES, MODE_REASONS } from '../http/contract/mode-reasons.ts'
import { reasonIn } from '../shared/reason-text.ts'
import { CONTROL_MODES } from './mode.ts'
import { withReasonKept } from './mode-reason.ts'

describe('the reason of an order to a meter', () => {
  const chosen = CONTROL_MODES.flatMap((mode) =>
    MODE_REASONS[mode].map((reasonCode) => ({ mode, reasonCode })),
  )
  test.each(chosen)('$mode for $reasonCode is found again with its words', (order) => {
    const { reason = '', ...rest } = withReasonKept({ ...order, reason: ' 三号箱: 二相 ' })
    expect(rest).toEqual({ mode: order.mode })
    const given = { code: order.reasonCode, note: '三号箱: 二相' }
    expect(reasonIn(MODE_REASON_CODES, reason)).toEqual(given)
  })
  test.each([
    ['a code alone is enough', { reasonCode: 'works' }, 'works'],
    ['words alone stay as they are', { reason: '装修' }, '装修'],
    ['nothing need be said', {}, undefined],
  ] as const)('%s', (_, said, kept) => {
    expect(withReasonKept({ mode: 'tripped', ...said }).reason).toBe(kept)
  })
  test.each([
    ['another reason needs words', { mode: 'kept', reasonCode: 'other' }, 'reason_needs_note'],
    [
      'blanks are no words',
      { mode: 'kept', reasonCode: 'other', reason: ' ' },
      'reason_needs_note',
    ],
    ['nobody is cut off for an event', { mode: 'tripped', reasonCode: 'event' }, 'invalid_input'],
    ['what is no mode has no such reason', { reasonCode: 'works' }, 'invalid_input'],
  ] as const)('%s', (_, params, code) => {
    expect(() => withReasonKept(params)).toThrow(code)
  })
})
