import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { withClient } from '../adapters/one-client.ts'
import type { Reading, Suspect } from '../http/contract/readings.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let client: Client

const meterAt = (index: number) => must(rig.complex.meters[index], 'a meter').meterId
const rows = (sql: string, params: unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query(sql, params))

beforeAll(async () => {
  rig = await startWebRig({ meters: 3 })
  const own = [rig.complex.complexId]
  await rig.addOperator('engineer', 'commissioning-engineer', own)
  client = await rig.as('engineer')
  await withClient(rig.base.ownerUrl, (owner) =>
    owner.query(
      `create table reading_of_test partition of reading
       for values from ('2026-10-01') to ('2026-11-01')`,
    ),
  )
  await rows("update installation set since = '2026-10-01' where complex_id = $1", own)
  await rows(
    `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
     select $1, $2, t, 1, t, 1000 * row_number() over (order by t)
     from generate_series('2026-10-10T00:00:00+08:00'::timestamptz,
       '2026-10-11T23:30:00+08:00', interval '30 minutes') t`,
    [rig.complex.complexId, meterAt(0)],
  )
})
afterAll(() => rig.stop())

/** `at` is a time of 10 October 2026 in Beijing. */
const taken = (index: number, at: string, energyWh: number, flags = 0, source = 1) =>
  rows(
    `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh, flags)
     values ($1, $2, $3, $4, $3, $5, $6)`,
    [rig.complex.complexId, meterAt(index), `2026-10-10T${at}+08:00`, source, energyWh, flags],
  )
const readings = (query: string, index = 0) => {
  const from = 'from=2026-10-10T00:00:00%2B08:00'
  return client.get(`/api/v1/meters/${meterAt(index)}/readings?${from}${query}`)
}
const itemsOf = (body: unknown): Reading[] => Object(body).items
const suspects = async (query = ''): Promise<Suspect[]> => {
  const path = `/api/v1/readings/suspects?complexId=${rig.complex.complexId}${query}`
  return Object((await client.get(path)).body).items
}

describe('readings', () => {
  test('come as they were taken, in order, from the first to before the last moment', async () => {
    const { body } = await readings('&to=2026-10-10T02:00:00%2B08:00')
    expect(itemsOf(body).map(({ energyWh }) => energyWh)).toEqual([1_000, 2_000, 3_000, 4_000])
    expect(itemsOf(body)[0]).toMatchObject({
      at: '2026-10-10T00:00:00.000+08:00',
      source: 'energy',
      balanceFen: null,
      flags: 0,
      doubts: [],
      blocked: false,
      decision: null,
    })
  })
  test('by day show the register at the end of each day, and what was used in it', async () => {
    const { body } = await readings('&to=2026-10-12T00:00:00%2B08:00&step=day')
    const shown = itemsOf(body).map(({ stepAt, energyWh, usedWh }) => [stepAt, energyWh, usedWh])
    expect(shown).toEqual([
      // What was read at midnight belongs to the day that ended.
      ['2026-10-10T00:00:00.000+08:00', 49_000, 48_000],
      ['2026-10-11T00:00:00.000+08:00', 96_000, 47_000],
    ])
  })
  test('by half hour begin with the use since the reading before', async () => {
    const { body } = await client.get(
      `/api/v1/meters/${meterAt(0)}/readings?step=halfHour` +
        '&from=2026-10-10T10:00:00%2B08:00&to=2026-10-10T11:00:00%2B08:00',
    )
    expect(itemsOf(body)).toMatchObject([
      { at: '2026-10-10T10:30:00.000+08:00', usedWh: 1_000 },
      { at: '2026-10-10T11:00:00.000+08:00', usedWh: 1_000 },
    ])
  })
  test('go on where a page stopped', async () => {
    const to = '&to=2026-10-12T00:00:00%2B08:00&limit=90'
    const first = await readings(to)
    const second = await readings(`${to}&cursor=${Object(first.body).nextCursor}`)
    expect(itemsOf(first.body)).toHaveLength(90)
    expect(itemsOf(second.body)).toHaveLength(6)
    expect(Object(second.body).nextCursor).toBeNull()
  })
  test('by step go on where a page stopped, whatever was left out', async () => {
    const path = '&to=2026-10-12T00:00:00%2B08:00&step=hour&limit=30'
    const first = await readings(path)
    const second = await readings(`${path}&cursor=${Object(first.body).nextCursor}`)
    expect(itemsOf(first.body)).toHaveLength(30)
    expect(itemsOf(second.body)).toHaveLength(18)
    expect(Object(second.body).nextCursor).toBeNull()
  })
  test('over a time that ends before it begins are refused', async () => {
    expect(await readings('&to=2026-10-09T00:00:00%2B08:00')).toMatchObject({
      status: 400,
      body: { facts: { field: 'from' } },
    })
  })
  test('use is multiplied as the installation says', async () => {
    await rows(`update installation set side = 'secondary', multiplier = 40 where meter_id = $1`, [
      meterAt(1),
    ])
    await taken(1, '01:00:00', 1_000)
    await taken(1, '02:00:00', 1_250)
    const { body } = await readings('&to=2026-10-11T00:00:00%2B08:00&step=hour', 1)
    expect(itemsOf(body).map(({ energyWh, usedWh }) => [energyWh, usedWh])).toEqual([
      [1_250, 10_000],
    ])
  })
})

describe('suspicious readings', () => {
  beforeAll(async () => {
    await taken(2, '08:00:00', 5_000)
    await taken(2, '09:00:00', 4_000, 1)
    await taken(2, '10:00:00', 6_000)
    await taken(2, '11:00:00', 9_000_000, 2)
    await taken(2, '12:00:00', 6_500, 16)
  })

  test('wait with what is wrong, between the believed ones, newest first', async () => {
    expect(await suspects()).toMatchObject([
      {
        meterId: meterAt(2),
        energyWh: 9_000_000,
        doubts: ['jump'],
        before: { energyWh: 6_000, at: '2026-10-10T10:00:00.000+08:00' },
        after: { energyWh: 6_500 },
      },
      { energyWh: 4_000, doubts: ['backwards'], before: { energyWh: 5_000 } },
    ])
  })
  test('are counted, and paged by a cursor', async () => {
    const path = `/api/v1/readings/suspects?complexId=${rig.complex.complexId}&limit=1`
    const { body } = await client.get(path)
    expect(body).toMatchObject({ total: 2, items: [{ energyWh: 9_000_000 }] })
    const rest = await suspects(`&limit=1&cursor=${Object(body).nextCursor}`)
    expect(rest).toMatchObject([{ energyWh: 4_000 }])
  })
  test('are shown among the others and left out of what was used', async () => {
    const { body } = await readings('&to=2026-10-11T00:00:00%2B08:00', 2)
    expect(itemsOf(body).map(({ blocked }) => blocked)).toEqual([false, true, false, true, false])
    const hours = await readings('&to=2026-10-11T00:00:00%2B08:00&step=hour', 2)
    expect(itemsOf(hours.body).map(({ usedWh }) => usedWh)).toEqual([1_000, 500])
  })
})

describe('a decision', () => {
  const decide = (energy: number, verdict: string, as = client) =>
    suspects().then((found) => {
      const { meterId, at, source } = must(
        found.find(({ energyWh }) => energyWh === energy),
        'the reading waits',
      )
      const body = {
        complexId: rig.complex.complexId,
        meterId,
        at,
        source,
        verdict,
        reason: '已核对',
      }
      return as.post('/api/v1/readings/decide', body)
    })

  test('takes the reading from the desk and is shown with who and why', async () => {
    expect(await decide(9_000_000, 'rejected')).toMatchObject({
      status: 200,
      body: { verdict: 'rejected', following: 0 },
    })
    expect((await suspects()).map(({ energyWh }) => energyWh)).toEqual([4_000])
    const { body } = await readings('&to=2026-10-11T00:00:00%2B08:00', 2)
    const decided = itemsOf(body).find(({ energyWh }) => energyWh === 9_000_000)
    expect(decided).toMatchObject({
      blocked: true,
      decision: { verdict: 'rejected', reason: '已核对', operator: '操作员 engineer' },
    })
  })
  test('needs the right for it, a reading that exists and a known source', async () => {
    await rig.addOperator('clerk', 'finance-clerk', [rig.complex.complexId])
    expect(await decide(4_000, 'accepted', await rig.as('clerk'))).toMatchObject({ status: 403 })
    const at = '2026-10-10T03:33:00+08:00'
    const body = { meterId: meterAt(2), at, source: 'energy', verdict: 'accepted', reason: 'x' }
    const send = (change: object) =>
      client.post('/api/v1/readings/decide', {
        complexId: rig.complex.complexId,
        ...body,
        ...change,
      })
    expect(await send({})).toMatchObject({ status: 404 })
    expect(await send({ source: 'rumour' })).toMatchObject({
      status: 400,
      body: { facts: { field: 'source' } },
    })
    expect(await send({ complexId: rig.otherComplex })).toMatchObject({ status: 404 })
  })
  test('is carried out once for each request, and asks for the request to be named', async () => {
    const found = must((await suspects())[0], 'one reading waits')
    const { meterId, at, source } = found
    const body = { complexId: rig.complex.complexId, meterId, at, source, verdict: 'accepted' }
    const send = (reason: string, key: string) =>
      client.post('/api/v1/readings/decide', { ...body, reason }, { 'idempotency-key': key })
    expect(await send('一次', 'decide-1')).toMatchObject({ status: 200 })
    expect(await send('一次', 'decide-1')).toMatchObject({ status: 200 })
    expect(await send('两次', 'decide-1')).toMatchObject({
      status: 409,
      body: { code: 'request_id_reused' },
    })
    const decided = await rig.base.db.as(systemScope('test'), (tx) =>
      tx.query('select from reading_decision where meter_id = $1 and reason = $2', [
        meterId,
        '一次',
      ]),
    )
    expect(decided).toHaveLength(1)
    expect(await send('无编号', '')).toMatchObject({ body: { code: 'request_id_missing' } })
  })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
