import { expect, test } from 'vitest'
import { channelsOf } from './channels.ts'

test.each([
  ['1', [1]],
  ['1,2,3', [1, 2, 3]],
  ['4，5、6 7', [4, 5, 6, 7]],
  ['', null],
  ['0', null],
  ['65', null],
  ['1,1', null],
  ['1;2', null],
  ['1,2,3,4,5,6,7,8,9,10,11,12,13', null],
])('%o are channels %o', (text, channels) => {
  expect(channelsOf(text)).toEqual(channels)
})
