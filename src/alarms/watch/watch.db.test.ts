import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StoredReadings, storedReadings } from '../../../test/stored-readings.ts'
import { clerkOn } from '../../../test/tiny-complex.ts'
import { openAccount } from '../../accounts/open.ts'
import { listFolder } from '../../adapters/list-folder.ts'
import { systemClock, systemIds } from '../../adapters/system.ts'
import type { EventsRead, KnownCounts, MeterDriver } from '../../metering/driver.ts'
import { must } from '../../shared/assert.ts'
import { businessDay, dayBegins, type Instant, localTime, plusMs } from '../../shared/clock.ts'
import type { MeterId, Uuid } from '../../shared/ids.ts'
import { acknowledge } from '../acts.ts'
import { type AlarmRules, loadAlarmRules } from '../catalog.ts'
import { tuningOf } from '../settings-store.ts'
import { sweepComplex } from '../sweep-complex.ts'
import { listAlarms } from '../view-store.ts'
import { askCovers } from './ask-covers.ts'
import { coverages } from './coverage.ts'
import { watchComplex } from './watch.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
let stored: StoredReadings
let rules: AlarmRules

beforeAll(async () => {
  stored = await storedReadings(4)
  rules = await loadAlarmRules(listFolder)
})
afterAll(() => stored.database.drop())

const complexId = () => stored.tiny.complexId
const meter = (n: number): MeterId => must(stored.tiny.meters[n], 'the meter').meterId
const deps = () => ({ db: stored.database.db, ids: systemIds, rules })
const run = (sql: string, ...params: unknown[]) =>
  stored.inTx((tx) => tx.query(sql, [complexId(), ...params]))
const openAlarms = async () => {
  const filter = { complexId: complexId(), state: 'active', limit: 100 } as const
  const { items } = await stored.inTx((tx) => listAlarms(tx, rules, filter))
  return items.filter(({ rule }) =>
    ['cover-opened', 'zero-use', 'main-against-subs'].includes(rule),
  )
}
const coverageOf = async (rule: string) => {
  const found = await stored.inTx(async (tx) => {
    const tuning = await tuningOf(tx, rules, complexId())
    const models = () => ({ covers: true })
    return coverages(tx, complexId(), tuning.rules, models)
  })
  return found.get(rule)
}
const now = () => stored.inTx(async (tx) => tx.now)

test('a main meter is told when those behind it counted less, and never on a guess', async () => {
  const since = plusMs(await now(), -10 * DAY_MS)
  for (const n of [0, 1, 2]) await stored.installed(meter(n), { since })
  await run(
    `update point set parent_point_id = (select point_id from installation
       where complex_id = $1 and meter_id = $2)
     where complex_id = $1 and point_id in (select point_id from installation
       where complex_id = $1 and meter_id = any ($3))`,
    ...[meter(0), [meter(1), meter(2)]],
  )
  const at = await now()
  const to = dayBegins(businessDay(plusMs(at, -HOUR_MS), 'Asia/Shanghai', 0), 'Asia/Shanghai', 0)
  const from = dayBegins(businessDay(plusMs(to, -1), 'Asia/Shanghai', 0), 'Asia/Shanghai', 0)
  const counts = (n: number, startWh: number, usedWh: number) =>
    stored.reads(meter(n), [
      [from, { energyWh: startWh }],
      [to, { energyWh: startWh + usedWh }],
    ])
  await counts(0, 1_000_000, 100_000)
  // One that was hung within the day counts from what it showed then.
  await stored.installed(meter(1), { since: plusMs(from, HOUR_MS), initialWh: 500_000 })
  await counts(1, 500_000, 60_000)
  await watchComplex(deps(), complexId())
  expect(await openAlarms()).toEqual([])
  expect(await coverageOf('main-against-subs')).toEqual({ known: 0, unknown: 1, cannot: 0 })

  await counts(2, 300_000, 20_000)
  // A day that was not known is tried again after an hour.
  await run(
    `update main_day set reckoned_at = reckoned_at - interval '2 hours' where complex_id = $1`,
  )
  await watchComplex(deps(), complexId())
  expect(await openAlarms()).toMatchObject([
    {
      ...{ rule: 'main-against-subs', subjectKind: 'meter', meterId: meter(0) },
      facts: { mainWh: 100_000, subsWh: 80_000, lossWh: 20_000, subs: 2 },
    },
  ])
  expect(await coverageOf('main-against-subs')).toEqual({ known: 1, unknown: 0, cannot: 0 })
  // Nothing hangs behind it any more: there is nothing to be told.
  await run('update point set parent_point_id = null where complex_id = $1')
  await watchComplex(deps(), complexId())
  expect(await openAlarms()).toEqual([])
})

const opened = async (n: number) => {
  const { tiny } = stored
  await openAccount(tiny.deps, await clerkOn(tiny.deps.db, complexId(), `clerk-${n}`), {
    ...{ requestId: `open-${n}`, complexId: complexId(), mode: 'meter' as const },
    tenant: { name: '云栖', phone: '13800001234' },
    meters: [
      {
        ...{ meterId: meter(n), planId: tiny.planId, firstPurchaseFen: 10_000 },
        ...{ alarm1Fen: 3_000, alarm2Fen: 1_000 },
      },
    ],
  })
  await run(
    `update supply set since = since - interval '30 days' where complex_id = $1 and until is null`,
  )
}

test('an open supply that used nothing for days is told, until it uses something', async () => {
  await stored.installed(meter(3), { since: plusMs(await now(), -10 * DAY_MS) })
  await opened(3)
  const at = await now()
  await stored.reads(meter(3), [[plusMs(at, -3 * DAY_MS - HOUR_MS), { energyWh: 700_000 }]])
  await watchComplex(deps(), complexId())
  // A register that was read long ago tells nothing of now.
  expect(await openAlarms()).toEqual([])
  await stored.reads(meter(3), [[plusMs(at, -HOUR_MS), { energyWh: 700_000 }]])
  await watchComplex(deps(), complexId())
  expect(await openAlarms()).toMatchObject([{ rule: 'zero-use', facts: { usedWh: 0 } }])
  expect(await coverageOf('zero-use')).toEqual({ known: 1, unknown: 0, cannot: 0 })
  await stored.reads(meter(3), [[at, { energyWh: 700_300 }]])
  await watchComplex(deps(), complexId())
  expect(await openAlarms()).toEqual([])
})

/** A driver that only knows of covers. */
const coverDriver = (says: (known: KnownCounts) => EventsRead): MeterDriver => {
  const nothing = () => Promise.reject(new Error('asked for something else'))
  return {
    ...{ meterId: meter(0), model: 'x', readWallet: nothing, readStatus: nothing },
    ...{ readEnergy: nothing, readRelay: nothing, readClock: nothing, setClock: nothing },
    ...{ readFreeze: nothing, openAccount: nothing, recharge: nothing, reduce: nothing },
    ...{ initialiseWallet: nothing, orderRelay: nothing },
    readEvents: (_kinds, _priority, _until, known = {}) => Promise.resolve(says(known)),
  }
}

const answers = (meterCount: number, openedAt: Instant | null): EventsRead => {
  const about = { name: { zh: '', en: '' }, phase: null, fault: null }
  const last =
    openedAt === null
      ? null
      : {
          ...{ at: localTime(openedAt, 'Asia/Shanghai'), operatorCode: null, fields: [] },
          until: localTime(plusMs(openedAt, 60_000), 'Asia/Shanghai'),
        }
  return {
    items: [
      { ...about, kind: 'coverOpened', count: meterCount, last },
      { ...about, kind: 'terminalCoverOpened', count: 0, last: null },
    ],
    complete: true,
  }
}

const models = ['dlt645-prepaid-1p', 'dlt645-prepaid-3p']

test('a cover that was opened is told with the meter’s time until acknowledged', async () => {
  const openedAt = plusMs(await now(), -7 * 60_000)
  const asked: KnownCounts[] = []
  const look = async (read: EventsRead) => {
    const driver = coverDriver((known) => {
      asked.push(known)
      return read
    })
    const drivers = { of: (of: MeterId) => (of === meter(0) ? driver : null) }
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    await askCovers(
      { ...deps(), clock: systemClock, log, drivers, coverModels: models },
      complexId(),
      new AbortController().signal,
    )
    await stored.inTx((tx) => sweepComplex(tx, deps(), complexId()))
  }
  const later = () =>
    run(`update meter_cover set asked_at = asked_at - interval '61 minutes' where complex_id = $1`)

  await look(answers(2, openedAt))
  expect(await openAlarms()).toEqual([])
  // Asked within the hour already.
  await look(answers(3, openedAt))
  expect(asked).toEqual([{}])
  await later()
  await look(answers(3, openedAt))
  expect(asked.at(-1)).toEqual({ coverOpened: 2, terminalCoverOpened: 0 })
  const [alarm] = await openAlarms()
  const seconds = (at: unknown) => Math.floor(Date.parse(String(at)) / 1_000)
  expect(alarm).toMatchObject({ rule: 'cover-opened', severity: 'serious', meterId: meter(0) })
  expect(alarm?.facts).toMatchObject({ cover: 'meter', times: 3 })
  expect(seconds(alarm?.facts.openedAt)).toBe(Math.floor(openedAt / 1_000))

  await later()
  await look(answers(3, null))
  expect(await openAlarms()).toHaveLength(1)
  const { alarmId } = must(alarm, 'it was raised')
  const clerk = await clerkOn(stored.database.db, complexId(), 'guard')
  const found = await stored.inTx((tx) =>
    tx.query<{ alarmId: Uuid }>('select alarm_id as "alarmId" from alarm where alarm_id = $1', [
      alarmId,
    ]),
  )
  const ids = found.map((row) => row.alarmId)
  await stored.database.db.as(clerk, (tx) => acknowledge(tx, systemIds, ids))
  await later()
  await look(answers(3, null))
  expect(await openAlarms()).toEqual([])
  expect(await coverageOf('cover-opened')).toEqual({ known: 1, unknown: 3, cannot: 0 })
})
