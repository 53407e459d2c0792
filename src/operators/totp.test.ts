import { describe, expect, test } from 'vitest'
import { instant } from '../shared/clock.ts'
import { base32, hotp, otpauthUri, stepAt, stepOfCode } from './totp.ts'

const SECRET = Buffer.from('12345678901234567890')

describe('RFC 4226 appendix D', () => {
  test.each([
    [0, '755224'],
    [1, '287082'],
    [2, '359152'],
    [3, '969429'],
    [4, '338314'],
    [5, '254676'],
    [6, '287922'],
    [7, '162583'],
    [8, '399871'],
    [9, '520489'],
  ])('counter %i has the code %s', (counter, code) => {
    expect(hotp(SECRET, counter)).toBe(code)
  })
})

describe('RFC 6238 appendix B, SHA-1', () => {
  test.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at %i s the code is %s', (seconds, code) => {
    expect(hotp(SECRET, stepAt(instant(seconds * 1_000)), 8)).toBe(code)
  })
})

test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('RFC 4648 §10: base32 of "%s" is %s', (text, coded) => {
  expect(base32(Buffer.from(text))).toBe(coded)
})

describe('a code', () => {
  const now = instant(1_111_111_111_000)
  const step = stepAt(now)
  test.each([
    ['of now', 0, null, step],
    ['of a telephone that is a step behind', -1, null, step - 1],
    ['of a telephone that is a step ahead', 1, null, step + 1],
    ['of two steps ago', -2, null, null],
    ['of two steps ahead', 2, null, null],
    ['that was used', 0, step, null],
    ['older than the one that was used', -1, step, null],
    ['newer than the one that was used', 1, step, step + 1],
  ])('%s counts as it should', (_, off, last, expected) => {
    expect(stepOfCode(SECRET, hotp(SECRET, step + off), now, last)).toBe(expected)
  })
  test.each(['', '12345', '1234567', 'abcdef'])('that reads "%s" is none', (code) => {
    expect(stepOfCode(SECRET, code, now, null)).toBeNull()
  })
})

test('the picture names who and what, in the way authenticators read it', () => {
  expect(otpauthUri(SECRET, 'li.lei')).toBe(
    'otpauth://totp/Prewatt%3Ali.lei?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' +
      '&issuer=Prewatt&digits=6&period=30',
  )
})
