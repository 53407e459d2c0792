import { describe, expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import type { MeterSettings } from '../metering/driver.ts'
import { settingWrites } from './setting-writes.ts'

const now: MeterSettings = {
  alarm1Fen: fen(5_000),
  alarm2Fen: fen(2_000),
  overdraftFen: fen(0),
  hoardingFen: fen(99_999_999),
}

describe('thresholds are written so that alarm 1 stays above alarm 2', () => {
  test.each<[string, Record<string, number>, string[]]>([
    ['nothing that stands there already', { alarm1Fen: 5_000, overdraftFen: 0 }, []],
    ['both higher: alarm 1 first', { alarm1Fen: 9_000, alarm2Fen: 6_000 }, ['alarm1', 'alarm2']],
    ['both lower: alarm 2 first', { alarm1Fen: 1_500, alarm2Fen: 500 }, ['alarm2', 'alarm1']],
    ['alarm 1 alone', { alarm1Fen: 3_000 }, ['alarm1']],
    ['limits last', { hoardingFen: 1, overdraftFen: 2 }, ['overdraft', 'hoarding']],
  ])('%s', (_name, amounts, written) => {
    const wanted = Object.fromEntries(
      Object.entries(amounts).map(([name, amount]) => [name, fen(amount)]),
    )
    expect(settingWrites(now, wanted).map(({ name }) => name.replace('Fen', ''))).toEqual(written)
  })
})
