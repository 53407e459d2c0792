import { expect, test } from 'vitest'
import { formulaAsText } from './formula-text.ts'

test.each([
  ['=HYPERLINK("http://evil")', `'=HYPERLINK("http://evil")`],
  ['+cmd|calc', `'+cmd|calc`],
  ['-2+3+cmd|calc', `'-2+3+cmd|calc`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['＝1+1', `'＝1+1`],
  ['\t=1', `'\t=1`],
  ['\r=1', `'\r=1`],
  ['\n=1', `'\n=1`],
])('%j is made text', (text, safe) => expect(formulaAsText(text)).toBe(safe))

test.each(['-12.50', '+1,200', '老王=火锅', '', '\t202611010001', '138****1234', '—'])(
  '%j stays as it is',
  (text) => expect(formulaAsText(text)).toBe(text),
)
