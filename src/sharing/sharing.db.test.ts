import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { auditBooks } from '../ledger/audit.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, instant, parseRfc3339, sqlTime } from '../shared/clock.ts'

const DAY_MS = 86_400_000
const local = (text: string): Instant => must(parseRfc3339(`${text}+08:00`), 'a time')
const OCTOBER = local('2026-10-01T00:00:00')
const NOVEMBER = local('2026-11-01T00:00:00')
/** The second shop opens here: at the end of the 11th it has been somebody's for a day. */
const MOVED_IN = local('2026-10-11T12:00:00')

const clock = createManualClock(local('2026-09-20T12:00:00'))
let rig: WebRig
let manager: Client

const complexId = () => rig.complex.complexId
const asOwner = (sql: string) => ownerQuery(rig.base.ownerUrl)(sql)
const meterAt = (index: number) => must(rig.complex.meters[index], 'a meter').meterId
const field = (answer: Answer, key: string): unknown => Object(answer.body)[key]

const read = (index: number, at: Instant, energyWh: number) =>
  rig.base.db.as(systemScope('test'), (tx) =>
    tx.query(
      `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh, flags)
       values ($1, $2, $3, 1, $3, $4, 0)`,
      [complexId(), meterAt(index), sqlTime(at), energyWh],
    ),
  )

const at = async (moment: Instant) => {
  clock.jumpWall(moment - clock.now())
  manager = await rig.as('manager')
}

const open = async (index: number, name: string) => {
  const meter = { meterId: meterAt(index), planId: rig.complex.planId }
  const body = {
    complexId: complexId(),
    tenant: { name },
    meters: [{ ...meter, alarm1Fen: 5_000, alarm2Fen: 2_000 }],
  }
  const opened = await manager.post('/api/v1/accounts', body)
  expect(opened.status).toBe(200)
  return Number(field(opened, 'accountId'))
}

let first = 0
let second = 0
let rule = 0
const premises: number[] = []

beforeAll(async () => {
  rig = await startWebRig({ meters: 4, clock })
  await ensurePartitions(asOwner, instant(OCTOBER + DAY_MS))
  await rig.addOperator('manager', 'administrator', [complexId()])
  // The first meter counts what the other three do, and the stairs and the loss besides.
  const rows = await asOwner(
    `with main as (
       update point p set premises_id = null, name = '总表' from installation i
       where i.point_id = p.point_id and i.meter_id = ${meterAt(0)} returning p.point_id
     ), shops as (
       update point p set parent_point_id = main.point_id from main, installation i
       where i.point_id = p.point_id and i.meter_id <> ${meterAt(0)}
       returning p.premises_id, i.meter_id
     )
     update premises s set area_dm2 = (array[100, 200, 300])[shops.meter_id - ${meterAt(0)}]
     from shops where s.premises_id = shops.premises_id
     returning s.premises_id::text as name, shops.meter_id`,
  )
  premises.push(...rows.map(({ name }) => Number(name)).sort((a, b) => a - b))
  await at(local('2026-09-20T12:00:00'))
  first = await open(1, '蜀香小厨')
  await at(MOVED_IN)
  second = await open(2, '云栖书店')
  await at(local('2026-11-02T09:00:00'))
  const point = await asOwner(`select point_id::text as name from point where name = '总表'`)
  const made = await manager.post('/api/v1/sharing-rules', {
    complexId: complexId(),
    name: '一层公摊',
    mainPointId: Number(point[0]?.name),
    sharedBy: 'area',
    vacant: 'landlord',
    priceE8: 80_000_000,
  })
  expect(made.status).toBe(200)
  rule = Number(field(made, 'ruleId'))
})
afterAll(() => rig.stop())

const change = (body: object) => manager.send('PATCH', `/api/v1/sharing-rules/${rule}`, { body })
const share = (body: object = {}, headers: Record<string, string> = {}) =>
  manager.post(`/api/v1/sharing-rules/${rule}/runs`, { month: '2026-10', ...body }, headers)
const code = (answer: Answer) => field(answer, 'code')
const fact = (answer: Answer, key: string): unknown => Object(field(answer, 'facts'))[key]

const owed = async () => {
  const rows = await asOwner(
    `select path || ' ' || sum(fen) as name from entry join ledger_account using
       (complex_id, ledger_account_id)
     where path like '%/carry' or path = 'income/sharing' group by path order by path`,
  )
  return rows.map(({ name }) => name)
}

describe('a month is not shared', () => {
  test('before all of it is read', async () => {
    const refused = await share()
    expect(refused.status).toBe(409)
    expect(code(refused)).toBe('sharing_not_read')
    expect(fact(refused, 'points')).toBe(4)
    expect(fact(refused, 'items')).toMatch(/总表/)
  })

  test('where the shops counted more than their main meter', async () => {
    for (const [index, usedWh] of [10, 300_000, 200_000, 10_000].entries()) {
      await read(index, OCTOBER, 5_000)
      await read(index, NOVEMBER, 5_000 + usedWh)
    }
    await read(2, MOVED_IN, 55_000)
    const refused = await share()
    expect(code(refused)).toBe('sharing_pool_negative')
    await asOwner(
      `update reading set energy_wh = 1005000 where meter_id = ${meterAt(0)}
       and energy_wh = 5010`,
    )
  })

  test('before it is over, by a rule out of use, or without what it is shared by', async () => {
    expect(code(await share({ month: '2026-11' }))).toBe('day_not_over')
    await change({ enabled: false })
    expect(code(await share())).toBe('sharing_rule_off')
    await change({ enabled: true, sharedBy: 'fixed' })
    const without = await share()
    expect([code(without), fact(without, 'missing')]).toEqual(['sharing_basis_missing', 'parts'])
    await change({ vacant: 'others', parts: [{ premisesId: premises[2], parts: 5 }] })
    expect(code(await share())).toBe('sharing_nobody')
    await change({ sharedBy: 'area', vacant: 'landlord', parts: [] })
  })

  test('for a rule with premises that are not there, or named twice', async () => {
    const one = { premisesId: premises[0], parts: 1 }
    for (const parts of [[{ premisesId: 999_999, parts: 1 }], [one, one]])
      expect((await change({ parts })).status).toBe(400)
    expect((await manager.send('PATCH', '/api/v1/sharing-rules/999', { body: {} })).status).toBe(
      404,
    )
  })
})

const line = (of: { accountId: number | null; days: number; fen: number; landlord: unknown }) => [
  of.accountId,
  of.days,
  of.fen,
  of.landlord,
]
const lines = (answer: Answer) => {
  const shares: unknown = field(answer, 'shares')
  return Array.isArray(shares) ? shares.map(line) : shares
}

// 1,000 kWh less 510 kWh of shops = 490 kWh at 0.80: 392.00 yuan.
describe('a month is shared', () => {
  test('a dry run shows every share and writes nothing', async () => {
    const dry = await share({ dryRun: true })
    expect(dry.body).toMatchObject({
      runId: null,
      mainWh: 1_000_000,
      shopsWh: 510_000,
      poolWh: 490_000,
      poolFen: 39_200,
      billedFen: 15_385,
      landlordFen: 23_815,
      exact: true,
    })
    expect(await owed()).toEqual([])
  })

  test('by area and days, to the last fen, once', async () => {
    const named = { 'idempotency-key': 'sharing-october' }
    const [done, again] = await Promise.all([share({}, named), share({}, named)])
    expect(lines(done)).toEqual([
      [first, 31, 6_533, null],
      [second, 21, 8_852, null],
      [null, 10, 4_215, 'vacant'],
      [null, 31, 19_600, 'vacant'],
    ])
    expect(field(again, 'runId')).toBe(field(done, 'runId'))
    expect(await owed()).toEqual([
      `account/${first}/carry 6533`,
      `account/${second}/carry 8852`,
      'income/sharing -15385',
    ])
    expect(code(await share())).toBe('sharing_done')
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('and is told on the statement, with the rule and the month', async () => {
    const answer = await manager.get(`/api/v1/accounts/${first}/export`, {
      'accept-language': 'zh',
    })
    const told = String(answer.body).split('\r\n')
    expect(told.filter((line) => line.includes('公摊'))).toEqual([
      expect.stringMatching(/,公摊,[-\d]+,,,,,65\.33,,\S+ 2026-10$/),
    ])
  })

  test('and taken back as a whole, then shared anew by use', async () => {
    const runs = await manager.get(`/api/v1/sharing-rules/${rule}/runs`)
    const items: unknown = field(runs, 'items')
    const runId = String(Object(Array.isArray(items) ? items[0] : null).runId)
    const back = await manager.post(`/api/v1/sharing-runs/${runId}/reverse`, { reason: '面积有误' })
    expect(field(back, 'reason')).toBe('面积有误')
    const twice = await manager.post(`/api/v1/sharing-runs/${runId}/reverse`, {
      reason: '面积有误',
    })
    expect(code(twice)).toBe('sharing_reversed')
    expect(await owed()).toEqual([
      `account/${first}/carry 0`,
      `account/${second}/carry 0`,
      'income/sharing 0',
    ])
    await change({ sharedBy: 'energy', vacant: 'others' })
    // 300 and 150 kWh; the 50 before the second moved in and the empty shop's 10 are nobody's.
    expect(lines(await share())).toEqual([
      [first, 31, 26_133, null],
      [second, 21, 13_067, null],
    ])
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('the landlord bears what a closed account would have', async () => {
    const run = await asOwner(
      `select run_id::text as name from sharing_run where reversed_at is null`,
    )
    const runId = must(run[0], 'shared above').name
    await manager.post(`/api/v1/sharing-runs/${runId}/reverse`, { reason: '重算' })
    await asOwner(`update account set closed_at = now() where account_id = ${second}`)
    expect(lines(await share({ dryRun: true }))).toEqual([
      [first, 31, 26_133, null],
      [second, 21, 13_067, 'accountClosed'],
    ])
  })
})
