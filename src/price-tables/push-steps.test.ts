import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PriceTablesRead } from '../metering/driver.ts'
import { type PriceItem, SWITCHED_TABLES } from '../metering/protocol/price-tables.ts'
import { instant } from '../shared/clock.ts'
import type { MeterTables } from './compile.ts'
import { daysAfterSwitch, differencesOf, nextPushStep, type PushAsk } from './push-steps.ts'

const NOW = '2026-11-22 10:20'
const SWITCH = '2026-12-01 00:00'
const TODAY = NOW.slice(0, 10)

const FLAT_SET = {
  pricesE4: [10_500, 10_500, 10_500, 10_500],
  zones: [{ from: '01-01', dayTable: 1 }],
  dayTables: [[{ from: '00:00', rate: 3 }]],
  tiers: { limitsWh: [], addE4: [0], yearStarts: [] },
}
const NO_DAYS = { restDays: [], restDayTable: 1, holidays: [] }
const NO_SWITCH = { prices: null, zones: null, dayTables: null, tiers: null }
const SETS = { prices: 1, zones: 1, dayTables: 1, tiers: 1 } as const

const factory = (change: Partial<PriceTablesRead> = {}): PriceTablesRead => ({
  at: instant(0),
  running: FLAT_SET,
  standby: FLAT_SET,
  days: NO_DAYS,
  switchAt: NO_SWITCH,
  runningSets: SETS,
  ...change,
})

const PLAN: MeterTables = {
  set: {
    pricesE4: [12_000, 9_500, 6_800, 3_200],
    zones: [
      { from: '01-01', dayTable: 1 },
      { from: '07-01', dayTable: 2 },
    ],
    dayTables: [
      [
        { from: '00:00', rate: 4 },
        { from: '08:00', rate: 2 },
      ],
      [{ from: '00:00', rate: 2 }],
      [{ from: '00:00', rate: 3 }],
    ],
    tiers: { limitsWh: [230_000], addE4: [0, 500], yearStarts: ['01-01 00'] },
  },
  days: { restDays: [0, 6], restDayTable: 3, holidays: [{ day: '2027-01-01', dayTable: 3 }] },
}

/** What a sound meter holds after one write. */
const after = (held: PriceTablesRead, item: PriceItem): PriceTablesRead => {
  const { standby, days, switchAt } = held
  switch (item.item) {
    case 'prices':
      return { ...held, standby: { ...standby, pricesE4: item.pricesE4 } }
    case 'zones':
      return { ...held, standby: { ...standby, zones: item.zones } }
    case 'tiers':
      return { ...held, standby: { ...standby, tiers: item.tiers } }
    case 'dayTable': {
      const dayTables = [...standby.dayTables]
      while (dayTables.length < item.no) dayTables.push([])
      dayTables[item.no - 1] = item.table
      return { ...held, standby: { ...standby, dayTables } }
    }
    case 'switchAt':
      return { ...held, switchAt: { ...switchAt, [item.of]: item.at } }
    case 'monthStart':
      return { ...held, days: { ...days, monthStart: item.at } }
    case 'restDays':
      return { ...held, days: { ...days, restDays: item.restDays } }
    case 'restDayTable':
      return { ...held, days: { ...days, restDayTable: item.no } }
    case 'holidayCount': {
      const none = { day: '', dayTable: 0 }
      const holidays = Array.from({ length: item.count }, (_, i) => slots(held)[i] ?? none)
      return { ...held, days: { ...days, holidays } }
    }
    case 'holiday': {
      const holidays = [...days.holidays]
      // Beyond the count it is kept, and does not count yet.
      HIDDEN.set(item.no, { day: item.day, dayTable: item.dayTable })
      if (item.no <= holidays.length)
        holidays[item.no - 1] = { day: item.day, dayTable: item.dayTable }
      return { ...held, days: { ...days, holidays } }
    }
  }
}
const HIDDEN = new Map<number, { day: string; dayTable: number }>()
const slots = ({ days }: PriceTablesRead) =>
  Array.from({ length: 254 }, (_, i) => HIDDEN.get(i + 1) ?? days.holidays[i])

const ask = (held: PriceTablesRead, change: Partial<PushAsk> = {}): PushAsk => ({
  wanted: PLAN,
  held,
  switchAt: SWITCH,
  now: NOW,
  mayReplace: false,
  ...change,
})

/** Writes and reads back until there is nothing left to write; each write may be lost. */
const pushed = (start: PriceTablesRead, change: Partial<PushAsk> = {}, lost = () => false) => {
  HIDDEN.clear()
  let held = start
  const written: PriceItem[] = []
  for (let round = 0; round < 60; round++) {
    const step = nextPushStep(ask(held, change))
    if (step.step !== 'write') return { held, written, step }
    for (const item of step.items) {
      if (lost()) continue
      written.push(item)
      held = after(held, item)
      // Whatever is cut off here: nothing of ours that is not whole may ever come into force.
      const { wanted = PLAN } = change
      const notYet = differencesOf(wanted, { ...held, running: held.standby }, TODAY)
      for (const table of SWITCHED_TABLES)
        if (held.switchAt[table] === (change.switchAt ?? SWITCH))
          expect(notYet).not.toContain(table)
    }
  }
  throw new Error('the push does not end')
}

describe('a push', () => {
  test('fills the standby set, then names the moments, then is written', () => {
    const { held, written, step } = pushed(factory())
    expect(step).toEqual({ step: 'written', switching: ['prices', 'zones', 'dayTables', 'tiers'] })
    expect(written.map(({ item }) => item)).toEqual([
      ...['prices', 'zones', 'dayTable', 'dayTable', 'dayTable', 'tiers'],
      ...['holiday', 'holidayCount'],
      ...['switchAt', 'switchAt', 'switchAt', 'switchAt'],
    ])
    expect(held).toMatchObject({
      running: FLAT_SET,
      standby: PLAN.set,
      switchAt: { prices: SWITCH, zones: SWITCH, dayTables: SWITCH, tiers: SWITCH },
      // Days of rest have no second set: they wait for the switch-over.
      days: { restDays: [], holidays: PLAN.days.holidays },
    })
  })

  test('comes to the same end whichever writes are lost', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 2 })), (stream) => {
        const { held, step } = pushed(factory(), {}, () => stream.next().value === 0)
        expect(step.step).toBe('written')
        expect(held.standby).toEqual(PLAN.set)
      }),
      { numRuns: 50 },
    )
  })

  test('repeated, writes nothing', () => {
    const { held } = pushed(factory())
    expect(pushed(held).written).toEqual([])
  })

  test('of prices alone switches prices alone', () => {
    const wanted = { set: { ...FLAT_SET, pricesE4: [1, 2, 3, 4] }, days: NO_DAYS }
    const { written, step } = pushed(factory(), { wanted })
    expect(written.map(({ item }) => item)).toEqual(['prices', 'switchAt'])
    expect(step).toEqual({ step: 'written', switching: ['prices'] })
  })

  test('of what runs already has nothing to switch', () => {
    const { written, step } = pushed(factory(), { wanted: { set: FLAT_SET, days: NO_DAYS } })
    expect({ written, step }).toEqual({ written: [], step: { step: 'written', switching: [] } })
  })

  test('of what runs already still brings the days up to date', () => {
    const days = { ...NO_DAYS, holidays: [{ day: '2027-01-01', dayTable: 1 }] }
    const { held, step } = pushed(factory(), { wanted: { set: FLAT_SET, days } })
    expect(step).toEqual({ step: 'written', switching: [] })
    expect(held.days.holidays).toEqual(days.holidays)
  })
})

describe('a standby set that waits already', () => {
  const standby = { ...FLAT_SET, pricesE4: [1, 1, 1, 1] }
  const waiting = factory({ standby, switchAt: { ...NO_SWITCH, prices: '2026-12-15 00:00' } })

  test('is not overwritten without consent', () => {
    expect(pushed(waiting)).toMatchObject({
      written: [],
      step: { step: 'pending', switchAt: '2026-12-15 00:00' },
    })
  })

  test('with consent loses its moment first', () => {
    const { written, held } = pushed(waiting, { mayReplace: true })
    expect(written[0]).toEqual({ item: 'switchAt', of: 'prices', at: null })
    expect(held.switchAt.prices).toBe(SWITCH)
  })

  test('with consent loses its moment also where nothing else is to be switched', () => {
    const wanted = { set: FLAT_SET, days: NO_DAYS }
    expect(pushed(waiting, { wanted, mayReplace: true })).toMatchObject({
      written: [{ item: 'switchAt', of: 'prices', at: null }],
      held: { switchAt: NO_SWITCH },
    })
  })

  test('whose moment has passed does not wait', () => {
    const passed = factory({ standby, switchAt: { ...NO_SWITCH, prices: NOW } })
    expect(pushed(passed).step.step).toBe('written')
  })

  test('that is ours, for another moment, needs consent too', () => {
    const { held } = pushed(factory())
    expect(pushed(held, { switchAt: '2027-01-01 00:00' }).step.step).toBe('pending')
    const { written } = pushed(held, { switchAt: '2027-01-01 00:00', mayReplace: true })
    expect(written.map(({ item }) => item)).toEqual(Array.from({ length: 4 }, () => 'switchAt'))
  })
})

describe('days have one set', () => {
  const days = {
    restDays: [],
    restDayTable: 1,
    holidays: [
      { day: '2026-10-01', dayTable: 2 },
      { day: '2026-11-25', dayTable: 2 },
      { day: '2026-12-01', dayTable: 2 },
      { day: '2026-12-25', dayTable: 2 },
    ],
  }
  const holidaysAt = (switchAt: string) => {
    const wanted = {
      ...PLAN,
      days: { ...PLAN.days, holidays: [{ day: '2026-12-01', dayTable: 3 }] },
    }
    const { held } = pushed(factory({ days }), { wanted, switchAt })
    return held.days.holidays
  }
  test('up to the switch-over the meter keeps its own holidays, from then on it has ours', () => {
    expect(holidaysAt(SWITCH)).toEqual([
      { day: '2026-11-25', dayTable: 2 },
      { day: '2026-12-01', dayTable: 3 },
    ])
  })

  test('a switch-over in the middle of a day leaves that day for afterwards', () => {
    expect(holidaysAt('2026-12-01 12:00')).toEqual([
      { day: '2026-11-25', dayTable: 2 },
      { day: '2026-12-01', dayTable: 2 },
    ])
  })

  test('after the switch-over the rest is written', () => {
    expect(daysAfterSwitch(PLAN.days, days, '2026-12-01')).toEqual([
      { item: 'restDayTable', no: 3 },
      { item: 'restDays', restDays: [0, 6] },
      { item: 'holidayCount', count: 1 },
      { item: 'holiday', no: 1, day: '2027-01-01', dayTable: 3 },
    ])
    expect(daysAfterSwitch(PLAN.days, PLAN.days, '2026-12-01')).toEqual([])
  })
})

describe('differences', () => {
  test.each([
    ['nothing', factory({ running: PLAN.set, days: PLAN.days }), []],
    ['everything', factory(), ['prices', 'zones', 'dayTables', 'tiers', 'restDays', 'holidays']],
    [
      'the table of rest days',
      factory({ running: PLAN.set, days: { ...PLAN.days, restDayTable: 1 } }),
      ['restDays'],
    ],
    [
      'a day that has passed does not count',
      factory({
        running: PLAN.set,
        days: {
          ...PLAN.days,
          holidays: [{ day: '2026-01-01', dayTable: 1 }, ...PLAN.days.holidays],
        },
      }),
      [],
    ],
    [
      'a day table that nothing follows does not count',
      factory({
        running: { ...PLAN.set, dayTables: [...PLAN.set.dayTables, []] },
        days: PLAN.days,
      }),
      [],
    ],
  ])('%s', (_name, held, differs) => {
    expect(differencesOf(PLAN, held, TODAY)).toEqual(differs)
  })
})

describe('the settlement day of monthly tiers', () => {
  const from = (monthStart: string | null): MeterTables => ({
    ...PLAN,
    days: { ...PLAN.days, monthStart },
  })
  const holding = (monthStart?: string | null): PriceTablesRead => ({
    ...factory(),
    days: { ...NO_DAYS, ...(monthStart !== undefined && { monthStart }) },
  })

  test.each<[string, string | null, string | null | undefined, boolean]>([
    ['another day is a difference', '01 00', '15 00', true],
    ['another hour is one', '01 08', '01 00', true],
    ['a meter that has none set differs', '01 00', null, true],
    ['the same day is none', '01 00', '01 00', false],
    ['a plan that does not go by the month asks for none', null, '15 00', false],
    ['what was not read yet is not known to differ', '01 00', undefined, false],
  ])('%s', (_name, wanted, held, differs) => {
    const found = differencesOf(from(wanted), holding(held), TODAY)
    expect(found.includes('monthStart')).toBe(differs)
  })

  test('is written with a push, before the switch-over is named', () => {
    const { held, written, step } = pushed(holding('15 00'), { wanted: from('01 00') })
    expect(step.step).toBe('written')
    expect(held.days.monthStart).toBe('01 00')
    const order = written.map(({ item }) => item)
    expect(order.indexOf('monthStart')).toBeLessThan(order.indexOf('switchAt'))
  })

  test('is written by itself where nothing else differs', () => {
    const same = { ...holding('15 00'), running: PLAN.set, standby: PLAN.set }
    const step = nextPushStep(ask(same, { wanted: from('01 00') }))
    expect(step).toMatchObject({ items: expect.arrayContaining([MONTH_START]) })
  })

  const MONTH_START: PriceItem = { item: 'monthStart', at: '01 00' }
})
