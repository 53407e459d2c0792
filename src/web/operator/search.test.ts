import { describe, expect, test } from 'vitest'
import { parseSearch, stringifySearch, textSearch } from './search.ts'

const board = textSearch('q', 'building')

describe('a pasted link restores exactly what was seen', () => {
  test.each(['202611010001', '000046', '1', '1.50', 'true', 'A-101 茶', '50%', ''])(
    'the filter %s comes back as it was',
    (q) => {
      const link = stringifySearch({ q, building: '2' })
      expect(board(parseSearch(link))).toEqual(q === '' ? { building: '2' } : { q, building: '2' })
    },
  )
  test('what a page does not know is dropped', () =>
    expect(board(parseSearch('?q=茶&evil=1'))).toEqual({ q: '茶' }))
})
