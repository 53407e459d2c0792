import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { hurriedClock } from '../../test/lying-meter.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { openAccount } from '../accounts/open.ts'
import { listFolder } from '../adapters/list-folder.ts'
import { systemIds } from '../adapters/system.ts'
import type { PollResult } from '../metering/readings/poll-result.ts'
import { systemScope, type Tx } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import { must } from '../shared/assert.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import { gatewayId, type MeterId, uuid } from '../shared/ids.ts'
import { acknowledgeOne } from './acts.ts'
import { type AlarmRules, loadAlarmRules } from './catalog.ts'
import { alarmHook } from './evaluate.ts'
import { type NewAlarm, raiseAlarms } from './store.ts'
import { sweepAlarms } from './sweep.ts'
import { alarmById, listAlarms } from './view-store.ts'

const clock = hurriedClock()
const system = systemScope('test')
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
let seq = 0
let index = -1

beforeAll(async () => {
  base = await freshDatabase({ clock })
  complex = await tinyComplex(base.db, { meters: 25 })
  rules = await loadAlarmRules(listFolder)
})
afterAll(() => base.drop())
beforeEach(() => {
  index++
})

const here = (): MeterId => must(complex.meters[index], 'a meter is left').meterId
const deps = () => ({ ids: systemIds, rules, db: base.db, clock, log })
const inTx = <T>(run: (tx: Tx) => Promise<T>) => base.db.as(system, run)

type Latest = {
  balanceFen?: number
  opened?: boolean
  silentSince?: Instant | null
  balanceAt?: Instant
}

const store = (tx: Tx, { balanceFen, opened = true, silentSince, balanceAt }: Latest) =>
  tx.query(
    `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at, opened, answered_at,
       silent_since) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (complex_id, meter_id) do update set seq = excluded.seq,
       balance_fen = coalesce(excluded.balance_fen, latest.balance_fen),
       balance_at = coalesce(excluded.balance_at, latest.balance_at),
       opened = excluded.opened, silent_since = excluded.silent_since,
       answered_at = coalesce(excluded.answered_at, latest.answered_at)`,
    [
      complex.complexId,
      here(),
      ++seq,
      balanceFen ?? null,
      balanceFen === undefined ? null : sqlTime(balanceAt ?? tx.now),
      opened,
      silentSince ? null : sqlTime(tx.now),
      sqlTime(silentSince ?? null),
    ],
  )

/** What the poller does with an answer: stores it and calls the hook, in one transaction. */
const answers = (latest: Latest) =>
  inTx(async (tx) => {
    await store(tx, latest)
    const asked = { meterId: here(), gatewayId: gatewayId(1), at: tx.now, onDemand: false }
    const result: PollResult = {
      ...asked,
      kind: 'status',
      outcome: { ok: false, reason: 'timeout', detail: '', mayRetry: true },
    }
    await alarmHook(deps())(tx, complex.complexId, [result, result])
  })

/** The opening purchase is in the meter. */
const delivered = () =>
  inTx((tx) =>
    tx.query(
      `update purchase set state = 'DELIVERED', n = 1, ended_at = $3
       where complex_id = $1 and meter_id = $2`,
      [complex.complexId, here(), sqlTime(tx.now)],
    ),
  )

const openHere = async ({ arrives = true } = {}) => {
  await openAccount(complex.deps, complex.clerk, {
    requestId: `open-${index}`,
    complexId: complex.complexId,
    tenant: { name: '蜀香餐饮', phone: '13800001234' },
    meters: [{ meterId: here(), planId: complex.planId, alarm1Fen: 3_000, alarm2Fen: 1_000 }],
  })
  if (!arrives) return
  await delivered()
  clock.skip(120_000)
}

const alarmsHere = async (state: 'active' | 'all' = 'active') => {
  const { items } = await inTx((tx) =>
    listAlarms(tx, rules, { complexId: complex.complexId, state, limit: 500 }),
  )
  return items.filter((alarm) => alarm.facts.meterId === here())
}

const openRules = async () => (await alarmsHere()).map((alarm) => alarm.rule).toSorted()

const messages = () =>
  inTx((tx) =>
    tx.query<{ template: string; state: string; balance: string }>(
      `select template, state, facts->>'balanceFen' as balance from message
       where complex_id = $1 and facts->>'meterId' = $2 order by queued_at`,
      [complex.complexId, here()],
    ),
  )

describe('the three levels of warning', () => {
  test('are raised once each, told once each, and cleared', async () => {
    await openHere()
    await answers({ balanceFen: 2_900 })
    await answers({ balanceFen: 2_800 })
    expect(await openRules()).toEqual(['balance-low-1'])
    await answers({ balanceFen: 900 })
    await answers({ balanceFen: 0 })
    expect(await openRules()).toEqual(['arrears', 'balance-low-1', 'balance-low-2'])
    expect(await messages()).toEqual([
      { template: 'balance-low-1', state: 'queued', balance: '2900' },
      { template: 'balance-low-2', state: 'queued', balance: '900' },
      { template: 'arrears', state: 'queued', balance: '0' },
    ])
    await answers({ balanceFen: 20_000 })
    expect(await openRules()).toEqual([])
    const all = await alarmsHere('all')
    expect(all.map((alarm) => alarm.clearedAt !== null)).toEqual([true, true, true])
  })

  test('speak again after they were cleared: a new episode, a new message', async () => {
    await openHere()
    await answers({ balanceFen: 2_900 })
    await answers({ balanceFen: 9_000 })
    await answers({ balanceFen: 2_000 })
    expect((await alarmsHere('all')).map((alarm) => alarm.rule)).toHaveLength(2)
    expect(await messages()).toHaveLength(2)
  })

  test('look only at opened meters with a fresh balance', async () => {
    await answers({ balanceFen: 0 })
    expect(await openRules()).toEqual([])
    await openHere()
    await answers({ balanceFen: 0, opened: false })
    expect(await openRules()).toEqual([])
    await answers({ balanceFen: 0, balanceAt: plusMs(clock.now(), -400_000) })
    expect(await openRules()).toEqual([])
  })

  test('wait while money is on its way, and for the reading after it has arrived', async () => {
    await openHere({ arrives: false })
    await answers({ balanceFen: 0 })
    expect(await openRules()).toEqual([])
    await delivered()
    await answers({ balanceFen: 0, balanceAt: plusMs(clock.now(), -1_000) })
    expect(await openRules()).toEqual([])
    clock.skip(120_000)
    await answers({ balanceFen: 0 })
    expect(await openRules()).toEqual(['arrears'])
  })

  test('name the place, the words and the moment', async () => {
    await openHere()
    await answers({ balanceFen: 500 })
    const alarm = must((await alarmsHere())[0], 'raised')
    expect(alarm).toMatchObject({
      title: { zh: '余额不足（二级预警）', en: 'Low balance, second warning' },
      severity: 'warning',
      subjectKind: 'supply',
      facts: { balanceFen: 500, alarm2Fen: 1_000 },
    })
    expect(alarm.subject).toContain(must(complex.meters[index], 'here').address)
    expect(alarm.facts.balanceAt).toMatch(/^\d{4}-\d\d-\d\dT.*\+08:00$/)
    expect(alarm.raisedAt).toMatch(/\+08:00$/)
  })

  test('end with the supply', async () => {
    await openHere()
    await answers({ balanceFen: 0 })
    await inTx((tx) =>
      tx.query(
        `update supply set until = $3 where complex_id = $1 and point_id = (
           select point_id from installation where complex_id = $1 and meter_id = $2)`,
        [complex.complexId, here(), sqlTime(plusMs(tx.now, 1))],
      ),
    )
    await sweepAlarms(deps())
    expect(await openRules()).toEqual([])
  })
})

describe('silence', () => {
  const gatewayIs = (online: boolean) =>
    inTx((tx) =>
      tx.query(
        `insert into gateway_latest (complex_id, gateway_id, online, since)
         select complex_id, gateway_id, $2, $3 from gateway where complex_id = $1
         on conflict (complex_id, gateway_id) do update set online = $2, since = $3`,
        [complex.complexId, online, sqlTime(tx.now)],
      ),
    )
  const gatewayAlarms = async () => {
    const found = await inTx((tx) =>
      listAlarms(tx, rules, { complexId: complex.complexId, state: 'active', limit: 500 }),
    )
    return found.items.filter((alarm) => alarm.subjectKind === 'gateway')
  }

  test('of a meter is found by the sweep, once, and ends with its first answer', async () => {
    await gatewayIs(true)
    clock.skip(600_000)
    await inTx((tx) => store(tx, { silentSince: tx.now }))
    await sweepAlarms(deps())
    expect(await openRules()).toEqual([])
    clock.skip(180_000)
    await sweepAlarms(deps())
    await sweepAlarms(deps())
    expect(await openRules()).toEqual(['meter-offline'])
    await answers({ balanceFen: 9_000 })
    expect(await openRules()).toEqual([])
  })

  test('of a gateway is one alarm: those of its meters go', async () => {
    await gatewayIs(true)
    clock.skip(600_000)
    await inTx((tx) => store(tx, { silentSince: plusMs(tx.now, -600_000) }))
    await sweepAlarms(deps())
    expect(await openRules()).toEqual(['meter-offline'])
    await gatewayIs(false)
    await sweepAlarms(deps())
    expect(await openRules()).toEqual(['meter-offline'])
    expect(await gatewayAlarms()).toEqual([])
    clock.skip(20_000)
    await sweepAlarms(deps())
    await sweepAlarms(deps())
    expect(await gatewayAlarms()).toMatchObject([
      { rule: 'gateway-offline', severity: 'serious', subject: 'A座通讯管理机', covered: 25 },
    ])
    expect(await openRules()).toEqual([])
    await gatewayIs(true)
    await sweepAlarms(deps())
    expect(await gatewayAlarms()).toHaveLength(1)
    clock.skip(15_000)
    await sweepAlarms(deps())
    expect(await gatewayAlarms()).toEqual([])
    expect(await openRules()).toEqual([])
    clock.skip(180_000)
    await sweepAlarms(deps())
    expect(await openRules()).toEqual(['meter-offline'])
  })
})

test('a sweep judges no balance: only a reading that was just stored does', async () => {
  await openHere()
  clock.skip(600_000)
  await inTx((tx) => store(tx, { balanceFen: 0, silentSince: plusMs(tx.now, -300_000) }))
  await sweepAlarms(deps())
  expect(await openRules()).toEqual(['meter-offline'])
})

test('two that raise the same alarm at once raise it once', async () => {
  const alarm: NewAlarm = {
    rule: 'meter-offline',
    subjectKind: 'meter',
    subjectId: here(),
    severity: 'warning',
    facts: { meterId: here(), fault: 'first' },
    message: null,
  }
  const again = { ...alarm, facts: { meterId: here(), fault: 'second' } }
  const raise = (one: NewAlarm) =>
    inTx((tx) => raiseAlarms(tx, systemIds, complex.complexId, [one]))
  expect(await raise(alarm)).toHaveLength(1)
  expect(await raise(again)).toEqual([])
  expect((await alarmsHere()).map((a) => a.facts.fault)).toEqual(['first'])
})

test('a purchase count mismatch lasts as long as the hold', async () => {
  await openHere()
  await inTx((tx) =>
    tx.query(
      `insert into hold (complex_id, hold_id, meter_id, epoch, reason, evidence, raised_at)
       values ($1, $2, $3, 1, 'count-ahead', '{}', $4)`,
      [complex.complexId, systemIds.uuid(), here(), sqlTime(tx.now)],
    ),
  )
  await sweepAlarms(deps())
  await sweepAlarms(deps())
  expect(await alarmsHere()).toMatchObject([
    { rule: 'purchase-count-mismatch', facts: { reason: 'count-ahead' } },
  ])
  await inTx((tx) =>
    tx.query('update hold set released_at = $2 where complex_id = $1', [
      complex.complexId,
      sqlTime(tx.now),
    ]),
  )
  await sweepAlarms(deps())
  expect(await alarmsHere()).toEqual([])
})

describe('acknowledging', () => {
  const acknowledge = (id: string) =>
    base.db.as(complex.clerk, async (tx) => {
      await acknowledgeOne(tx, systemIds, uuid(id))
      return alarmById(tx, rules, uuid(id))
    })
  test('names the operator, once', async () => {
    await openHere()
    await answers({ balanceFen: 0 })
    const { alarmId } = must((await alarmsHere())[0], 'raised')
    const first = await acknowledge(alarmId)
    expect(first.acknowledgedBy).toBe(`clerk-${complex.complexId}`)
    clock.skip(60_000)
    expect((await acknowledge(alarmId)).acknowledgedAt).toBe(first.acknowledgedAt)
  })

  test('is refused for what has cleared by itself, and for what is not there', async () => {
    await openHere()
    await answers({ balanceFen: 0 })
    const { alarmId } = must((await alarmsHere())[0], 'raised')
    await answers({ balanceFen: 50_000 })
    await expect(acknowledge(alarmId)).rejects.toThrow('alarm_not_open')
    await expect(acknowledge(systemIds.uuid())).rejects.toThrow('not_found')
  })
})

test('pages are read newest first, without a gap or a repeat', async () => {
  await openHere()
  const page = (cursor: string | null) =>
    inTx((tx) =>
      listAlarms(tx, rules, {
        complexId: complex.complexId,
        state: 'all',
        limit: 3,
        ...(cursor === null ? {} : { cursor }),
      }),
    )
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const found: Awaited<ReturnType<typeof page>> = await page(cursor)
    seen.push(...found.items.map((alarm) => alarm.alarmId))
    cursor = found.nextCursor
  } while (cursor !== null)
  const all = await inTx((tx) =>
    listAlarms(tx, rules, { complexId: complex.complexId, state: 'all', limit: 500 }),
  )
  expect(seen).toEqual(all.items.map((alarm) => alarm.alarmId))
  expect(seen.length).toBeGreaterThan(6)
  await expect(page('nonsense')).rejects.toThrow('invalid_input')
})

test('of a complex: a year near whose holidays nobody knows, until they are entered', async () => {
  const { complexId, planId } = complex
  const run = (sql: string, ...params: unknown[]) => inTx((tx) => tx.query(sql, params))
  const found = async () => {
    await sweepAlarms(deps())
    return inTx((tx) => listAlarms(tx, rules, { complexId, state: 'active', limit: 500 }))
  }
  const alarm = { rule: 'calendar-unknown', subjectKind: 'complex', subject: '锦绣广场' }
  clock.skip(3 * 366 * 24 * 3_600_000)
  expect((await found()).items).not.toContainEqual(expect.objectContaining(alarm))
  const days = JSON.stringify({ seasons: [{ days: { workday: [], holiday: [] } }] })
  await run(
    `insert into plan_version (complex_id, plan_id, version, effective_from, definition,
       cheapest_e8, dearest_e8) values ($1, $2, 2, '2020-01-01', $3, 0, 0)`,
    ...[complexId, planId, days],
  )
  expect((await found()).items).toContainEqual(expect.objectContaining(alarm))
  await run(
    `insert into calendar_day (complex_id, day, type)
     select $1, make_date(2026 + n, 1, 1), 'holiday' from generate_series(1, 20) n`,
    complexId,
  )
  expect((await found()).items).not.toContainEqual(expect.objectContaining(alarm))
})
