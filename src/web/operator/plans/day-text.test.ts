import { describe, expect, test } from 'vitest'
import { readDay } from './day-text.ts'
import { clockOf } from './plan-draft.ts'

const shortOf = (text: string): string => {
  const read = readDay(text)
  return read.ok
    ? read.table.map(({ atMinute, period }) => `${clockOf(atMinute)} ${period}`).join(', ')
    : JSON.stringify(read.fault)
}

const NIGHT = '00:00 valley, 08:00 peak, 11:00 flat, 18:00 peak, 23:00 valley'

describe('a day is read as notices and sheets print it', () => {
  test.each([
    ['periods with their hours', '峰 8:00-11:00、18:00-23:00；平 11:00-18:00；谷 23:00-次日8:00'],
    [
      'full words and Chinese times',
      '高峰时段：8时至11时，18点至23点；平段：11时到18时；低谷：23-8',
    ],
    ['hours before their period', '00:00-08:00 谷\n08:00-11:00 峰\n11-18 平\n18-23 峰\n23-24 谷'],
    ['moments before their period', '0:00 谷 8:00 峰 11:00 平 18:00 峰 23:00 谷'],
    ['moments after their period', '谷 0：00，峰 8：00，平 11：00，峰 18：00，谷 23：00'],
    ['moments in any order', '18 峰 0 谷 8 峰 23 谷 11 平'],
    ['English', 'peak 8-11, 18-23; flat 11-18; valley 23-8'],
  ])('%s', (_what, text) => expect(shortOf(text)).toBe(NIGHT))

  test('sharp and deep valley are words of their own', () =>
    expect(shortOf('深谷 0-6；低谷 6-8；尖峰 8-12；峰 12-24')).toBe(
      '00:00 deepValley, 06:00 valley, 08:00 sharp, 12:00 peak',
    ))
  test('half hours stay', () =>
    expect(shortOf('谷 0:00-8:30 峰 8点30分-24:00')).toBe('00:00 valley, 08:30 peak'))
  test('neighbours of one period are one', () =>
    expect(shortOf('0-8 谷 8-9 平 9-24 平')).toBe('00:00 valley, 08:00 flat'))
})

describe('what a text leaves open is named', () => {
  test.each([
    ['a gap', '谷 0-8；峰 9-24', { kind: 'gap', fromMinute: 480, toMinute: 540 }],
    ['a gap at the end', '谷 0-8；峰 8-23', { kind: 'gap', fromMinute: 1380, toMinute: 1440 }],
    ['an overlap', '谷 0-9；峰 8-24', { kind: 'overlap', fromMinute: 480, toMinute: 540 }],
    [
      'an overlap over midnight',
      '谷 22-7；平 6-22',
      { kind: 'overlap', fromMinute: 360, toMinute: 420 },
    ],
    ['a word that is no period', '谷 0-8 早峰 8-24', { kind: 'unread', text: '早峰 8-24' }],
    ['a time that there is not', '谷 0-8 峰 8-25', { kind: 'unread', text: '8-25' }],
    ['a moment among spans', '谷 0-8 峰 8:30', { kind: 'unread', text: '8:30' }],
    ['a time without a period', '0-8 谷 8-24', { kind: 'empty' }],
    ['nothing', ' \n', { kind: 'empty' }],
  ])('%s', (_what, text, fault) => expect(readDay(text)).toEqual({ ok: false, fault }))
})
