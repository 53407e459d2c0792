import { expect, test } from 'vitest'
import { PAYOUT_REASON_CODES } from '../http/contract/payouts.ts'
import { reasonText } from '../shared/reason-text.ts'
import { PAYOUT_REASONS, payoutReason, reasonOfText } from './payout-reasons.ts'

test.each(PAYOUT_REASON_CODES)('%s has words in both languages and is kept as one text', (code) => {
  expect(PAYOUT_REASONS[code].zh).not.toBe('')
  expect(PAYOUT_REASONS[code].en).not.toBe('')
  const [use] = PAYOUT_REASONS[code].uses
  const reason = payoutReason(use ?? 'payout', code, ' 收款员点错: 3 号店 ')
  expect(reason.note).toBe('收款员点错: 3 号店')
  expect(reasonOfText(reasonText(reason))).toEqual(reason)
})
test('another reason needs a note, and one without a note is kept as its code', () => {
  expect(() => payoutReason('waiver', 'other', '  ')).toThrow('reason_needs_note')
  const plain = payoutReason('payout', 'wrong-meter', undefined)
  expect(reasonText(plain)).toBe('wrong-meter')
  expect(reasonOfText('wrong-meter')).toEqual(plain)
})
test('a reason of the one is none of the other', () => {
  expect(() => payoutReason('payout', 'bad-debt', '')).toThrow('invalid_input')
  expect(() => payoutReason('waiver', 'double-payment', '')).toThrow('invalid_input')
})
test('words from elsewhere are a note', () => {
  expect(reasonOfText('换表: 旧表余额')).toEqual({ code: 'other', note: '换表: 旧表余额' })
})
