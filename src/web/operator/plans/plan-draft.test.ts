import { describe, expect, test } from 'vitest'
import type { PlanDefinition } from '../../../http/contract/plans.ts'
import { clockOf, draftOf, minuteOf, newDraft } from './plan-draft.ts'
import { faultsThatStand, readDraft } from './read-draft.ts'

const FLAT: PlanDefinition = {
  kind: 'flat',
  priceE8: 85_000_000,
  components: { energy: 70_000_000, funds: -1_000_000 },
  tiers: {
    counts: 'year',
    of: 'supply',
    midYear: 'prorated',
    crossing: 'inOrder',
    steps: [{ aboveWh: 2_160_000, addE8: 5_000_000 }],
  },
  serviceFee: { kind: 'share', rateE6: 35_000 },
  minimumFen: 1_000,
}
const FIVE: PlanDefinition = {
  kind: 'timeOfUse',
  prices: { peak: { priceE8: 120_000_000 }, valley: { priceE8: 40_000_000 } },
  seasons: [
    {
      name: '夏',
      nameEn: 'Summer',
      ranges: [{ from: '07-01', to: '09-30' }],
      days: {
        workday: [
          { atMinute: 0, period: 'valley' },
          { atMinute: 510, period: 'peak' },
        ],
        holiday: [{ atMinute: 0, period: 'valley' }],
      },
    },
  ],
  lossShare: { kind: 'perKwh', addE8: 2_000_000 },
  powerFactor: { standard: 85 },
  basic: { kind: 'capacity', perKvaE8: 2_300_000_000 },
}

describe('a definition becomes text and the same definition again', () => {
  test.each([
    ['flat with tiers and fees', FLAT],
    ['by time of use', FIVE],
  ])('%s', (_name, definition) =>
    expect(readDraft(draftOf(definition, '全年'))).toEqual({ ok: true, definition }),
  )
})

describe('what is not written yet is named by its place', () => {
  test('an empty plan lacks its price', () =>
    expect(readDraft(newDraft('全年'))).toMatchObject({ ok: false, unread: ['priceE8'] }))
  test('each wrong figure is named', () => {
    const draft = draftOf(FIVE, '全年')
    const wrong = {
      ...draft,
      prices: { ...draft.prices, peak: { ...draft.prices.peak, price: 'x' } },
      seasons: draft.seasons.map((each) => ({ ...each, name: ' ' })),
      basic: { kind: 'demand' as const, text: '' },
    }
    expect(readDraft(wrong)).toMatchObject({
      ok: false,
      unread: ['prices.peak.priceE8', 'seasons.0.name', 'basic'],
    })
  })
})

describe('what is written wrong is told while other figures are still missing', () => {
  const missing = { ...draftOf(FIVE, '全年'), basic: { kind: 'demand' as const, text: '' } }
  test('the rest can be checked', () => {
    const read = readDraft(missing)
    expect(read.ok || read.standIn).toMatchObject({
      ...FIVE,
      basic: { kind: 'demand', perKwE8: 0 },
    })
  })
  test.each([
    ['basic', 'switchOrder', 'seasons.0.days.workday.3', true],
    ['basic', 'tierOrder', 'tiers.steps.1', true],
    ['seasons.0.days.workday.2', 'switchOrder', 'seasons.0.days.workday.3', false],
    ['seasons.0.days.workday.2', 'switchOrder', 'seasons.0.days.weekend.3', true],
    ['tiers.steps.0', 'tierOrder', 'tiers.steps.1', false],
    ['seasons.1.ranges.0', 'seasonGap', 'seasons', false],
    ['seasons.1.ranges.0', 'switchOrder', 'seasons.1.days.workday.3', true],
    ['seasons.1.name', 'seasonNameTwice', 'seasons.2.name', false],
    ['prices.peak.priceE8', 'componentsSum', 'prices.peak.components', false],
    ['prices.peak.priceE8', 'componentsSum', 'prices.flat.components', true],
    ['prices.peak.priceE8', 'tierPrice', 'tiers.steps.0', false],
    ['priceE8', 'componentsSum', 'components', false],
    ['priceE8', 'tierOrder', 'tiers.steps.1', true],
  ])('without %s, %s at %s: %s', (place, kind, path, stands) =>
    expect(faultsThatStand([{ kind, path }], [place])).toHaveLength(stands ? 1 : 0),
  )
})

describe('a time of day is read as it is typed', () => {
  test.each([
    ['08:30', 510],
    ['8:30', 510],
    ['0830', 510],
    ['23：59', 1439],
    ['24:00', null],
    ['8', null],
  ])('%s is minute %s', (text, minute) => expect(minuteOf(text)).toBe(minute))
  test('minute 510 is 08:30', () => expect(clockOf(510)).toBe('08:30'))
})
