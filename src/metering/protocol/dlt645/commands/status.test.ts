import { expect, test } from 'vitest'
import { bytesOf, exampleFrame } from '../example-frames.ts'
import { encodeFrame } from '../frame.ts'
import { statusWord3 } from '../status-words.ts'
import { readStatusWord, readStatusWord3, readStatusWords } from './status.ts'

const METER = '202611220001'
const reply = (data: string) => encodeFrame({ address: METER, control: 0x91, data: bytesOf(data) })

const PLAIN = {
  word: 0x0250,
  relay: 'tripped',
  relayOrdered: 'tripped',
  keepPower: false,
  preTripAlarm: false,
  prepaidKind: 'money',
  supply: 'main',
  programmingPermitted: false,
  runningPeriodSet: 1,
  runningZoneSet: 1,
  runningPriceSet: 1,
  runningTierSet: 1,
  authenticationValid: false,
  localAccountOpen: true,
  remoteAccountOpen: true,
}

test('F24 says that a money-prepaid meter was ordered to trip and did', () => {
  expect(readStatusWord3(METER).parse(exampleFrame('F24'))).toEqual({
    kind: 'reply',
    result: { ok: true, value: PLAIN },
  })
})

test.each([
  [0, { runningPeriodSet: 2 }],
  [1, { supply: 'auxiliary' }],
  [2, { supply: 'battery' }],
  [3, { programmingPermitted: true }],
  [4, { relay: 'tripped' }],
  [5, { runningZoneSet: 2 }],
  [6, { relayOrdered: 'tripped' }],
  [7, { preTripAlarm: true }],
  [8, { prepaidKind: 'energy' }],
  [9, { prepaidKind: 'money' }],
  [10, { runningPriceSet: 2 }],
  [11, { runningTierSet: 2 }],
  [12, { keepPower: true }],
  [13, { authenticationValid: true }],
  [14, { localAccountOpen: false }],
  [15, { remoteAccountOpen: false }],
])('bit %i of word 3 changes one thing: %o', (bit, change) => {
  const quiet = statusWord3(0)
  expect(quiet).toMatchObject({ relay: 'closed', relayOrdered: 'closed', prepaidKind: 'none' })
  expect(statusWord3(1 << bit)).toEqual({ ...quiet, word: 1 << bit, ...change })
})

test('any word tells which of its bits are raised', () => {
  const parsed = readStatusWord(METER, 4).parse(reply('04 05 00 04 21 00'))
  expect(parsed).toMatchObject({
    result: {
      ok: true,
      value: { number: 4, word: 0x21, raised: [{ zh: '失压' }, { zh: '过载' }] },
    },
  })
})

test('the block of words is as long as the meter makes it', () => {
  const parsed = readStatusWords(METER).parse(reply('FF 05 00 04 00 40 00 00 50 02'))
  expect(parsed).toMatchObject({
    result: {
      ok: true,
      value: [
        { number: 1, word: 0x4000, raised: [{ zh: '透支状态' }] },
        { number: 2, word: 0, raised: [] },
        { number: 3, word: 0x0250 },
      ],
    },
  })
})

test.each(['03 05 00 04 50', '03 05 00 04 50 02 00', '03 05 00 04'])(
  'half a word (%s) is a bad reply',
  (data) => {
    expect(readStatusWord3(METER).parse(reply(data))).toMatchObject({
      result: { ok: false, reason: 'bad-reply' },
    })
  },
)
