import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { hurriedClock } from '../../test/lying-meter.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { listFolder } from '../adapters/list-folder.ts'
import { systemIds } from '../adapters/system.ts'
import type { AlarmState } from '../http/contract/alarms.ts'
import { systemScope, type Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import { type ComplexId, type MeterId, uuid } from '../shared/ids.ts'
import { acknowledge, shelve } from './acts.ts'
import { type AlarmRules, loadAlarmRules } from './catalog.ts'
import { surface } from './cover-store.ts'
import { escalate } from './escalation-store.ts'
import { insertSetting, tuningOf } from './settings-store.ts'
import { clearAlarms, raiseAlarms, type Subject } from './store.ts'
import { sweepStorms } from './storm-store.ts'
import { sweepComplex } from './sweep-complex.ts'
import { alarmById, countAlarms, listAlarms } from './view-store.ts'

const METERS = 12
const clock = hurriedClock()
const system = systemScope('test')
let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
let rules: AlarmRules

beforeAll(async () => {
  base = await freshDatabase({ clock })
  complex = await tinyComplex(base.db, { meters: METERS })
  rules = await loadAlarmRules(listFolder)
})
afterAll(() => base.drop())

const inTx = <T>(run: (tx: Tx) => Promise<T>) => base.db.as(system, run)
const run = (sql: string, ...params: unknown[]) => inTx((tx) => tx.query(sql, params))
const here = (): ComplexId => complex.complexId
const meterAt = (index: number): MeterId => must(complex.meters[index], 'a meter').meterId
const sweep = () => inTx((tx) => sweepComplex(tx, { ids: systemIds, rules }, here()))
const list = async (state: AlarmState = 'active') => {
  const { items } = await inTx((tx) =>
    listAlarms(tx, rules, { complexId: here(), state, limit: 500 }),
  )
  return items
}
const listed = async (state: AlarmState = 'active') =>
  (await list(state)).map(({ rule }) => rule).toSorted()

const gatewayIs = (online: boolean) =>
  run(
    `insert into gateway_latest (complex_id, gateway_id, online, since)
     select complex_id, gateway_id, $2, $3 from gateway where complex_id = $1
     on conflict (complex_id, gateway_id) do update set online = $2, since = $3`,
    ...[here(), online, sqlTime(clock.now())],
  )
/** Those meters fall silent now; the others answer. */
const silent = (indexes: readonly number[]) =>
  run(
    `insert into latest (complex_id, meter_id, seq, answered_at, silent_since)
     select $1, m.id, m.id, $3, case when m.id = any ($4) then $3::timestamptz end
     from unnest($2::integer[]) as m(id)
     on conflict (complex_id, meter_id) do update set silent_since = case
         when excluded.silent_since is null then null
         else coalesce(latest.silent_since, excluded.silent_since) end,
       answered_at = case when excluded.silent_since is null then excluded.answered_at
         else latest.answered_at end`,
    ...[here(), complex.meters.map(({ meterId }) => meterId), sqlTime(clock.now())],
    indexes.map(meterAt),
  )
const ALL = Array.from({ length: METERS }, (_, index) => index)

describe('a bus on which nothing answers', () => {
  test('is one alarm that counts its meters and takes over what was open', async () => {
    await gatewayIs(true)
    clock.skip(600_000)
    await silent([0])
    clock.skip(180_000)
    await sweep()
    expect(await listed()).toEqual(['meter-offline'])
    await silent(ALL)
    clock.skip(30_000)
    await sweep()
    await sweep()
    expect(await list()).toMatchObject([
      { rule: 'bus-offline', subject: 'A座通讯管理机 #1', covered: METERS, building: 'A座' },
    ])
    const [child] = (await list('all')).filter(({ rule }) => rule === 'meter-offline')
    const { events } = await inTx((tx) => alarmById(tx, rules, uuid(child?.alarmId ?? '')))
    expect(events.map(({ kind }) => kind)).toEqual(['covered'])
  })

  test('when it is back, who still is silent comes up by himself, and is news', async () => {
    await silent([0, 1])
    await sweep()
    expect(await listed()).toEqual([])
    clock.skip(179_000)
    await sweep()
    expect(await listed()).toEqual([])
    clock.skip(1_000)
    await sweep()
    expect(await listed()).toEqual(['meter-offline', 'meter-offline'])
    const { newest, open } = await inTx((tx) => countAlarms(tx, here()))
    expect(open).toEqual({ serious: 0, warning: 2, info: 0 })
    expect(Date.parse(newest.warning ?? '')).toBe(clock.now())
    await silent([])
    await sweep()
    expect(await listed()).toEqual([])
  })
})

/** What a sweep does about alarms that are there, without deciding about their meters again. */
const settle = () =>
  inTx(async (tx) => {
    const { rules: tuned, storm, steps } = await tuningOf(tx, rules, here())
    await sweepStorms(tx, systemIds, here(), tuned, storm)
    await surface(tx, systemIds, here())
    await escalate(tx, systemIds, here(), steps)
  })

const member = (id: number): Subject => ({
  ...{ rule: 'price-differs', subjectKind: 'meter', subjectId: id },
})
const raise = (ids: readonly number[]) =>
  inTx((tx) =>
    raiseAlarms(
      ...[tx, systemIds, here()],
      ids.map((id) => ({
        ...{ ...member(id), severity: 'serious', message: null, facts: { meterId: id } },
      })),
    ),
  )
/** Rows of rules nobody decides here: their meters are made up. */
const open = async () => (await list()).filter(({ rule }) => rule.includes('price-differs'))
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)

describe('a storm', () => {
  test('of more than thirty of one rule becomes one; what a person took up stays', async () => {
    await raise(ids(101, 130))
    await settle()
    expect(await open()).toHaveLength(30)
    const [taken] = await open()
    await base.db.as(complex.clerk, (tx) =>
      acknowledge(tx, systemIds, [uuid(must(taken, 'one').alarmId)]),
    )
    await raise(ids(131, 132))
    await settle()
    const shown = await open()
    expect(shown.map(({ rule }) => rule).toSorted()).toEqual([
      ...['price-differs', 'storm/price-differs'],
    ])
    expect(shown.find(({ rule }) => rule.startsWith('storm/'))).toMatchObject({
      ...{ covered: 31, severity: 'serious', subjectKind: 'complex' },
      title: { zh: '大量同类报警：表内电价与方案不符' },
    })
  })

  test('takes in at once what is raised while it lasts', async () => {
    await raise([133])
    expect((await open()).length).toBe(2)
    await settle()
    expect((await open()).find(({ covered }) => covered > 0)?.covered).toBe(32)
  })

  test('is over when few are raised and few are left; those speak for themselves', async () => {
    clock.skip(600_001)
    await settle()
    expect((await open()).map(({ rule }) => rule)).toContain('storm/price-differs')
    await inTx((tx) => clearAlarms(tx, here(), ids(101, 120).map(member)))
    await settle()
    const after = await list('cleared')
    expect(after.map(({ rule }) => rule)).toContain('storm/price-differs')
    clock.skip(180_000)
    await settle()
    expect((await open()).every(({ rule }) => rule === 'price-differs')).toBe(true)
    expect(await open()).toHaveLength(13)
    await inTx((tx) => clearAlarms(tx, here(), ids(101, 140).map(member)))
  })
})

test('what was put aside stays aside when it ends and comes back meanwhile', async () => {
  await raise([950])
  const shown = async () => (await open()).map(({ subjectId }) => subjectId)
  const { alarmId } = must((await open())[0], 'raised')
  const aside = { minutes: 60, reason: 'repair' }
  await inTx((tx) => shelve(tx, { ids: systemIds, rules }, uuid(alarmId), aside))
  await inTx((tx) => clearAlarms(tx, here(), [member(950)]))
  await raise([950])
  expect(await shown()).toEqual([])
  clock.skip(3_600_000)
  expect(await shown()).toEqual([950])
  await inTx((tx) => clearAlarms(tx, here(), [member(950)]))
})

describe('an alarm that flaps', () => {
  const one = member(901)
  const clear = () => inTx((tx) => clearAlarms(tx, here(), [one]))
  const isOpen = async () => (await open()).length === 1
  test('stays after the third time, longer each time, until it is calm', async () => {
    for (const _ of [1, 2]) {
      await raise([901])
      await clear()
      expect(await isOpen()).toBe(false)
    }
    await raise([901])
    await clear()
    expect(await isOpen()).toBe(true)
    clock.skip(599_000)
    await clear()
    expect(await isOpen()).toBe(true)
    clock.skip(1_000)
    await clear()
    expect(await isOpen()).toBe(false)
  })
})

describe('escalation', () => {
  const steps = [
    { severity: 'serious' as const, afterMinutes: 10, roles: ['manager'], operatorIds: [] },
    { severity: 'serious' as const, afterMinutes: 30, roles: [], operatorIds: [7] },
  ]
  const messages = () =>
    inTx((tx) =>
      tx.query<{ state: string; tenant: number | null; step: number; roles: string[] }>(
        `select state, tenant_id as tenant, facts->'step' as step, facts->'roles' as roles
         from message where complex_id = $1 and template = 'alarm-escalated' order by step`,
        [here()],
      ),
    )
  test('reaches each step once, as an event and a message that waits', async () => {
    await inTx((tx) =>
      insertSetting(tx, here(), { name: 'escalation', settings: { steps }, reason: 'test' }),
    )
    await raise([801])
    await settle()
    expect(await messages()).toEqual([])
    clock.skip(600_000)
    await settle()
    await settle()
    expect(await messages()).toEqual([
      { state: 'queued', tenant: null, step: 1, roles: ['manager'] },
    ])
    clock.skip(1_200_000)
    await settle()
    expect((await messages()).map(({ step }) => step)).toEqual([1, 2])
    const alarm = must((await open())[0], 'open')
    expect(alarm.escalated).toBe(2)
    const { events } = await inTx((tx) => alarmById(tx, rules, uuid(alarm.alarmId)))
    expect(events.map(({ kind, operator }) => [kind, operator])).toEqual([
      ['escalated', null],
      ['escalated', null],
    ])
  })
  test('leaves alone what somebody has acknowledged', async () => {
    const alarm = must((await open())[0], 'open')
    await inTx((tx) => clearAlarms(tx, here(), [member(801)]))
    await raise([802])
    const { alarmId } = must((await open())[0], 'raised')
    expect(alarmId).not.toBe(alarm.alarmId)
    await base.db.as(complex.clerk, (tx) => acknowledge(tx, systemIds, [uuid(alarmId)]))
    clock.skip(3_600_000)
    await settle()
    expect((await open())[0]?.escalated).toBe(0)
  })
})
