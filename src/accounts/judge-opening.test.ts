import { expect, test } from 'vitest'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { instant } from '../shared/clock.ts'
import { complexId, meterId, operatorId, planId, pointId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { judgeOpening, type Opening, type OpeningFacts, type Wanted } from './judge-opening.ts'

const NOW = instant(Date.UTC(2026, 10, 23))
const LEAST: Wanted = { meterId: 1, planId: 1, alarm1Fen: 5_000, alarm2Fen: 2_000 }

const meter = (id: number, readWh: number | null = 1_000) => ({
  ...{ meterId: meterId(id), model: 'any', pointId: pointId(id), barred: false, supplied: false },
  ...{ lastEpoch: 0, readWh, registerWh: 1_000, registerAt: NOW, balanceFen: null },
})

const facts = (prepaid: boolean): OpeningFacts => ({
  meters: new Map([meter(1), meter(2), meter(3, null)].map((one) => [one.meterId, one])),
  plans: new Set([planId(1)]),
  limits: { saleFen: null, payoutFen: null },
  shifts: [],
  clerk: { operator: operatorId(1), complexId: complexId(1) },
  capabilitiesOf: () => ({ ...SOUND_METER, prepaid }),
  now: NOW,
})

const refused = (mode: 'meter' | 'centre', ...meters: Partial<Wanted>[]): unknown => {
  const wanted = meters.map((one, at) => ({ ...LEAST, meterId: at + 1, ...one }))
  const opening: Opening = { requestId: 'opening', mode, meters: wanted }
  try {
    judgeOpening(facts(mode === 'meter'), opening)
    return null
  } catch (reason) {
    return reason instanceof Refusal ? `${reason.code}: ${reason.facts.field}` : reason
  }
}

const OUT_OF_RANGE = 'amount_out_of_range: firstPurchaseFen'

test.each([
  ['the least that an opening says', {}, null],
  ['alarms the wrong way round', { alarm1Fen: 2_000 }, 'alarm_amounts_crossed: alarm1Fen'],
  ['the largest alarm that fits into a meter', { alarm1Fen: 99_999_999 }, null],
  ['an alarm that fits into no meter', { alarm1Fen: 100_000_000 }, 'invalid_input: alarm1Fen'],
  ['an alarm below nothing', { alarm2Fen: -1 }, 'invalid_input: alarm2Fen'],
  ['an overdraft below nothing', { overdraftFen: -1 }, 'invalid_input: overdraftFen'],
  ['a hoarding limit of nothing', { hoardingFen: 0 }, 'invalid_input: hoardingFen'],
  ['a limit that fits into no meter', { hoardingFen: 1e8 }, 'invalid_input: hoardingFen'],
  ['a payment below nothing', { firstPurchaseFen: -1 }, OUT_OF_RANGE],
])('of a wallet: %s', (_, wanted, expected) => {
  expect(refused('meter', wanted)).toBe(expected)
})

test.each([
  ['alarms are the centre’s own: no meter has to have room', [{ alarm1Fen: 1e8 }], null],
  ['an overdraft below nothing', [{ overdraftFen: -1 }], 'invalid_input: overdraftFen'],
  ['a register below nothing', [{ initialWh: -1 }], 'invalid_input: initialWh'],
  ['what the meter showed last', [{ initialWh: 1_000 }], null],
  ['more than it showed', [{ initialWh: 1_010 }], null],
  ['less than it showed', [{}, { initialWh: 999 }], 'register_below_last: initialWh'],
  ['nothing, of a meter nobody has read', [{ meterId: 3, initialWh: 0 }], null],
  ['the most that one sale takes', [{ firstPurchaseFen: 10_000_000 }, {}], null],
  [
    'more, by two meters',
    [{ firstPurchaseFen: 10_000_000 }, { firstPurchaseFen: 1 }],
    OUT_OF_RANGE,
  ],
])('in centre mode: %s', (_, wanted, expected) => {
  expect(refused('centre', ...wanted)).toBe(expected)
})
