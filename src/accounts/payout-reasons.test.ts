import { expect, test } from 'vitest'
import { PAYOUT_REASON_CODES } from '../http/contract/payouts.ts'
import { PAYOUT_REASONS, payoutReason, reasonOfText, reasonText } from './payout-reasons.ts'

test.each(PAYOUT_REASON_CODES)('%s has words in both languages and is kept as one text', (code) => {
  expect(PAYOUT_REASONS[code].zh).not.toBe('')
  expect(PAYOUT_REASONS[code].en).not.toBe('')
  const reason = payoutReason(code, ' 收款员点错: 3 号店 ')
  expect(reason.note).toBe('收款员点错: 3 号店')
  expect(reasonOfText(reasonText(reason))).toEqual(reason)
})
test('another reason needs a note, and one without a note is kept as its code', () => {
  expect(() => payoutReason('other', '  ')).toThrow('reason_needs_note')
  const plain = payoutReason('wrong-meter', undefined)
  expect(reasonText(plain)).toBe('wrong-meter')
  expect(reasonOfText('wrong-meter')).toEqual(plain)
})
test('words from elsewhere are a note', () => {
  expect(reasonOfText('换表: 旧表余额')).toEqual({ code: 'other', note: '换表: 旧表余额' })
})
