import { describe, expect, test } from 'vitest'
import { afterId, afterMoment, beforeUuid, pageOf } from './cursor.ts'

const id = '019aa8c0-0000-7000-8000-000000000001'
const encoded = (text: string) => Buffer.from(text).toString('base64url')

describe('a page', () => {
  test('names where to go on while there is more', () => {
    const page = pageOf([1, 2, 3], 2, (n) => n)
    expect(page.items).toEqual([1, 2])
    expect(afterId(page.nextCursor ?? '')).toBe(2)
  })
  test('that is the last names nothing', () => {
    expect(pageOf([1, 2], 2, (n) => n)).toEqual({ items: [1, 2], nextCursor: null })
    expect(pageOf([], 2, (n: number) => n)).toEqual({ items: [], nextCursor: null })
  })
})

describe('a cursor', () => {
  test('starts at the beginning where there is none', () => {
    expect([afterId(undefined), beforeUuid(undefined), afterMoment(undefined)]).toEqual([
      0,
      null,
      null,
    ])
  })
  test('carries an id, a UUID or a moment back', () => {
    expect(afterId(encoded('42'))).toBe(42)
    expect(beforeUuid(encoded(id))).toBe(id)
    expect(afterMoment(encoded('1790000000000.2'))).toEqual({ at: 1_790_000_000_000, source: 2 })
  })
  test.each(['', 'x', encoded('-1'), encoded('1; drop table'), encoded('99999999999')])(
    'that is none of ours (%j) is refused',
    (cursor) => {
      expect(() => afterId(cursor)).toThrow('invalid_input')
      expect(() => beforeUuid(cursor)).toThrow('invalid_input')
      expect(() => afterMoment(cursor)).toThrow('invalid_input')
    },
  )
})
