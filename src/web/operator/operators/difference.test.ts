import { expect, test } from 'vitest'
import { differenceOf, factOf, momentIn } from './difference.ts'

test.each([
  ['nothing on either side', null, null, []],
  ['the same on both sides', { a: 1 }, { a: 1 }, []],
  ['a change', { a: 1, b: 2 }, { a: 1, b: 3 }, [{ key: 'b', before: '2', after: '3' }]],
  ['something made', null, { name: '李雷' }, [{ key: 'name', before: null, after: '李雷' }]],
  ['something gone', { a: true }, {}, [{ key: 'a', before: 'true', after: null }]],
  ['a list', { a: [1] }, { a: [1, 2] }, [{ key: 'a', before: '[1]', after: '[1,2]' }]],
  ['null and left out alike', { a: null }, {}, []],
])('the difference of %s is shown as such', (_, before, after, expected) => {
  expect(differenceOf(before, after)).toEqual(expected)
})

test.each<[string, string, number | null]>([
  ['since', '1795433100000', 1_795_433_100_000],
  ['switchAt', '1795433100000', 1_795_433_100_000],
  ['until', '2026-11-23T19:00:00+08:00', null],
  ['energyWh', '1795433100000', null],
  ['from', '42', null],
])('%s of %s is the moment %s', (name, text, ms) => {
  expect(momentIn(name, text)).toBe(ms)
})

test('a fact of one meter of an account is told from one of the account', () => {
  expect(factOf('meter/202611020003.alarm1Fen')).toEqual({
    meterNo: '202611020003',
    own: 'alarm1Fen',
  })
  expect(factOf('name')).toEqual({ meterNo: null, own: 'name' })
})
