import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { hurriedClock } from '../../test/lying-meter.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { listFolder } from '../adapters/list-folder.ts'
import { systemIds } from '../adapters/system.ts'
import { systemScope, type Tx } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import { must } from '../shared/assert.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { MeterId } from '../shared/ids.ts'
import { type AlarmRules, loadAlarmRules } from './catalog.ts'
import { startAlarmSweep, sweepAlarms } from './sweep.ts'
import { listAlarms } from './view-store.ts'

const clock = hurriedClock()
const log: Log = {
  info: () => {},
  warn: () => {},
  error: (text, facts) => {
    throw new Error(`${text} ${JSON.stringify(facts)}`)
  },
}
let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
let rules: AlarmRules
let index = -1

beforeAll(async () => {
  base = await freshDatabase({ clock })
  complex = await tinyComplex(base.db, { meters: 3 })
  rules = await loadAlarmRules(listFolder)
})
afterAll(() => base.drop())
beforeEach(() => {
  index++
})

const here = (): MeterId => must(complex.meters[index], 'a meter is left').meterId
const deps = () => ({ ids: systemIds, rules, db: base.db, clock, log })
const inTx = <T>(run: (tx: Tx) => Promise<T>) => base.db.as(systemScope('test'), run)

/** The meter answers now. */
const answers = () =>
  inTx((tx) =>
    tx.query(
      `insert into latest (complex_id, meter_id, seq, answered_at) values ($1, $2, $3, $4)
       on conflict (complex_id, meter_id) do update set answered_at = $4`,
      [complex.complexId, here(), index, sqlTime(tx.now)],
    ),
  )
const alarmsHere = async () => {
  const { items } = await inTx((tx) =>
    listAlarms(tx, rules, { complexId: complex.complexId, limit: 500 }),
  )
  return items.filter((alarm) => alarm.facts.meterId === here())
}
const openRules = async () => (await alarmsHere()).map((alarm) => alarm.rule).toSorted()

test('a doubtful reading is told by the sweep, and its decision ends it', async () => {
  await answers()
  const suspected = (at: Instant | null) =>
    inTx((tx) =>
      tx.query('update latest set suspect_at = $2, suspect_flags = 2 where meter_id = $1', [
        here(),
        sqlTime(at),
      ]),
    )
  await suspected(clock.now())
  await sweepAlarms(deps())
  await sweepAlarms(deps())
  expect(await alarmsHere()).toMatchObject([
    { rule: 'reading-suspect', facts: { reasonEn: 'more than the point can draw' } },
  ])
  await suspected(null)
  await sweepAlarms(deps())
  expect(await alarmsHere()).toEqual([])
})

test('a clock that stays off, and a meter that nobody reads, are told', async () => {
  await answers()
  await inTx(async (tx) => {
    await tx.query(
      'update latest set clock_offset_ms = 400000, clock_at = $2 where meter_id = $1',
      [here(), sqlTime(tx.now)],
    )
    await tx.query(
      `insert into gateway_latest (complex_id, gateway_id, online, since)
       select complex_id, gateway_id, true, $2 from gateway where complex_id = $1
       on conflict (complex_id, gateway_id) do update set online = true, since = $2`,
      [complex.complexId, sqlTime(tx.now)],
    )
  })
  clock.skip(541_000)
  await sweepAlarms(deps())
  expect(await openRules()).toEqual(['clock-drift', 'freshness-missed'])
  await answers()
  await sweepAlarms(deps())
  expect(await openRules()).toEqual(['clock-drift'])
})

test('the sweep stops when told', async () => {
  const realTime = { ...clock, sleep: () => new Promise<void>((r) => setImmediate(r)) }
  const sweep = startAlarmSweep({ ...deps(), clock: realTime })
  await sweep.stop()
})
