import { describe, expect, test } from 'vitest'
import { asText, csvCell, csvOf } from './csv.ts'

describe('a cell of an export', () => {
  test.each([
    ['plain text is itself', '蜀香小厨', '蜀香小厨'],
    ['commas and quotes are quoted', 'a "b", c', '"a ""b"", c"'],
    ['a formula is made text', '=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['an at sign is made text', '@cmd', "'@cmd"],
    ['a negative amount stays an amount', '-12.50', '-12.50'],
    ['nothing is empty', null, ''],
  ])('%s', (_name, cell, text) => expect(csvCell(cell)).toBe(text))
  test('a meter number stays text', () => expect(asText('250000000001')).toBe('\t250000000001'))
  test('lines end as Excel ends them', () =>
    expect(
      csvOf([
        ['a', 'b'],
        [1, null],
      ]),
    ).toBe('\uFEFFa,b\r\n1,'))
})
