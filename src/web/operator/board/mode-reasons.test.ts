import { expect, test } from 'vitest'
import { MODE_REASON_CODES, MODE_REASONS } from '../../../http/contract/mode-reasons.ts'
import { hasText } from '../../text/i18n.ts'
import { REASONS_OFFERED, reasonParams } from './mode-reasons.ts'

test('what the server takes for a mode is offered', () => {
  expect(REASONS_OFFERED).toEqual(MODE_REASONS)
})
test.each(MODE_REASON_CODES)('%s has words', (code) => {
  expect(hasText(`modeReason.${code}`)).toBe(true)
})

test.each([
  ['nothing', 'tripped', null, ' ', null],
  ['nothing, which is enough to go back to prepaid', 'prepaid', null, '', {}],
  ['a code', 'kept', 'event', '', { reasonCode: 'event' }],
  ['a code and words', 'kept', 'event', ' 年会 ', { reasonCode: 'event', reason: '年会' }],
  ['words alone', 'tripped', null, '漏电', { reasonCode: 'other', reason: '漏电' }],
  ['another reason without words', 'prepaid', 'other', ' ', null],
  ['words of what is no mode', null, null, '调价', { reason: '调价' }],
  ['nothing of what is no mode', null, null, '', {}],
] as const)('said: %s', (_, mode, code, words, params) => {
  expect(reasonParams(mode, { code, words })).toEqual(params)
})
