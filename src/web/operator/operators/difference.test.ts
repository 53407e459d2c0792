import { expect, test } from 'vitest'
import { differenceOf } from './difference.ts'

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
