import { describe, expect, test } from 'vitest'
import { namesToRead, settingWrites } from './setting-writes.ts'

const now = {
  ...{ alarm1Fen: 5_000, alarm2Fen: 2_000, overdraftFen: 0, hoardingFen: 99_999_999 },
  ...{ overloadW: 13_200, overloadDelaySeconds: 60 },
}

describe('thresholds are written so that alarm 1 stays above alarm 2', () => {
  test.each<[string, Record<string, number>, string[]]>([
    ['nothing that stands there already', { alarm1Fen: 5_000, overdraftFen: 0 }, []],
    ['both higher: alarm 1 first', { alarm1Fen: 9_000, alarm2Fen: 6_000 }, ['alarm1', 'alarm2']],
    ['both lower: alarm 2 first', { alarm1Fen: 1_500, alarm2Fen: 500 }, ['alarm2', 'alarm1']],
    ['alarm 1 alone', { alarm1Fen: 3_000 }, ['alarm1']],
    ['limits last', { hoardingFen: 1, overdraftFen: 2 }, ['overdraft', 'hoarding']],
    [
      'overload power and delay',
      { overloadW: 5_000, overloadDelaySeconds: 5 },
      ['overloadW', 'overloadDelaySeconds'],
    ],
    [
      'of an overload only what differs',
      { overloadW: 13_200, overloadDelaySeconds: 5 },
      ['overloadDelaySeconds'],
    ],
  ])('%s', (_name, wanted, written) => {
    expect(settingWrites(now, wanted).map(({ name }) => name.replace('Fen', ''))).toEqual(written)
  })
})

test.each<[string, Record<string, number>, string[]]>([
  ['one alarm amount: both', { alarm2Fen: 500 }, ['alarm1Fen', 'alarm2Fen']],
  ['a limit alone', { hoardingFen: 1 }, ['hoardingFen']],
  ['overload alone', { overloadW: 1 }, ['overloadW']],
])('before writing, what matters is read; %s', (_name, wanted, names) => {
  expect(namesToRead(wanted)).toEqual(names)
})
