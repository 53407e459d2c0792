import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import type { Board, BoardItem } from '../http/contract.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let client: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 4 })
  await rig.addOperator('clerk', 'finance-clerk', [rig.complex.complexId])
  client = await rig.as('clerk')
  await client.post('/api/v1/accounts', {
    complexId: rig.complex.complexId,
    tenant: { name: '蜀香小厨' },
    meters: [0, 1].map((index) => ({
      meterId: meterAt(index),
      planId: rig.complex.planId,
      alarm1Fen: 5_000,
      alarm2Fen: 2_000,
    })),
  })
})
afterAll(() => rig.stop())

const meterAt = (index: number) => must(rig.complex.meters[index], 'a meter').meterId
const rows = (sql: string, params: unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query(sql, params))

/** What a status round would have written, so many seconds ago. */
const heard = (meter: number, seq: number, ageS: number, balanceFen: number | null) =>
  rows(
    `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at, opened, customer_no,
       relay, relay_at, kept, answered_at, energy_wh, energy_at)
     values ($1, $2, $3, $4, now() - make_interval(secs => $5), true,
       (select customer_no from epoch where complex_id = $1 and meter_id = $2), 'closed',
       now() - make_interval(secs => $5), false, now() - make_interval(secs => $5), 0, now())
     on conflict (complex_id, meter_id) do update set seq = excluded.seq,
       balance_fen = excluded.balance_fen, balance_at = excluded.balance_at,
       answered_at = excluded.answered_at, customer_no = excluded.customer_no`,
    [rig.complex.complexId, meter, seq, balanceFen, ageS],
  )

const isBoard = (body: unknown): body is Board =>
  typeof body === 'object' && body !== null && 'asOf' in body
const board = async (): Promise<Board> => {
  const { body } = await client.get(`/api/v1/board?complexId=${rig.complex.complexId}`)
  if (!isBoard(body)) throw new Error(JSON.stringify(body))
  return body
}
const tile = async (index: number): Promise<BoardItem> =>
  must(
    (await board()).items.find((item) => item.meterId === meterAt(index)),
    'the meter is on the board',
  )

describe('the board', () => {
  test('shows every meter of the complex, unknown where nothing was read', async () => {
    const { items, seq } = await board()
    expect(items).toHaveLength(4)
    expect(seq).toBe(0)
    expect(items[0]).toMatchObject({
      meterId: meterAt(0),
      premises: 'A-101',
      building: 'A座',
      tenant: '蜀香小厨',
      accountNo: expect.any(String),
      state: 'offline',
      mode: 'prepaid',
      balanceFen: null,
      balanceAt: null,
      relay: null,
      kept: null,
      readAt: null,
      staleAfterMs: 360_000,
    })
  })
  test('gives each figure its own time, in the zone of the complex', async () => {
    await heard(meterAt(0), 1, 100, 12_345)
    expect(await tile(0)).toMatchObject({
      state: 'normal',
      balanceFen: 12_345,
      balanceAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+08:00$/),
      energyWh: 0,
      relay: 'closed',
      seq: 1,
    })
    expect((await tile(0)).energyAt).not.toBe((await tile(0)).balanceAt)
  })
  test.each([
    [5_001, 10, 'normal'],
    [5_000, 10, 'alarm1'],
    [2_000, 10, 'alarm2'],
    [0, 10, 'arrears'],
    [-500, 10, 'arrears'],
    [5_001, 361, 'offline'],
    [null, 10, 'offline'],
  ])('says of %s fen read %d s ago: %s', async (balanceFen, ageS, state) => {
    await heard(meterAt(0), 2, ageS, balanceFen)
    expect(await tile(0)).toMatchObject({ state, balanceFen })
  })
  test('lets a value be as old as two reports of a gateway that sends by itself', async () => {
    await heard(meterAt(0), 2, 361, 5_001)
    await rows(`update gateway set settings = '{"polled": false, "pushIntervalMinutes": 10}'`)
    expect(await tile(0)).toMatchObject({ state: 'normal', staleAfterMs: 1_200_000 })
    await rows(`update gateway set settings = '{}'`)
    expect(await tile(0)).toMatchObject({ state: 'offline', staleAfterMs: 360_000 })
  })
  test('says not opened of a point without an account', async () => {
    await heard(meterAt(2), 3, 10, 100)
    expect(await tile(2)).toMatchObject({ state: 'notOpened', accountId: null, tenant: null })
  })
  test('says not opened of a meter that still holds an earlier customer number', async () => {
    await heard(meterAt(1), 4, 10, 9_000)
    expect(await tile(1)).toMatchObject({ state: 'normal' })
    await rows(`update latest set customer_no = '000000000000' where meter_id = $1`, [meterAt(1)])
    expect(await tile(1)).toMatchObject({ state: 'notOpened' })
  })
  test('tells what is desired, protected and held beside what was read', async () => {
    const complexId = rig.complex.complexId
    await rows(
      `insert into control (complex_id, point_id, mode, since)
       select $1, point_id, 'kept', now() from installation where meter_id = $2`,
      [complexId, meterAt(0)],
    )
    await rows(
      `update point set protected = true
       where point_id = (select point_id from installation where meter_id = $1)`,
      [meterAt(0)],
    )
    await rows(
      `insert into hold (complex_id, hold_id, meter_id, epoch, reason, evidence, raised_at)
       values ($1, gen_random_uuid(), $2, 1, 'count-ahead', '{}', now())`,
      [complexId, meterAt(0)],
    )
    expect(await tile(0)).toMatchObject({ mode: 'kept', protected: true, held: true, kept: false })
  })
  test('stands at the newest seq', async () => {
    expect((await board()).seq).toBe(4)
  })
})

describe('one meter', () => {
  test('is told with its model, price and thresholds', async () => {
    const answer = await client.get(
      `/api/v1/meters/${meterAt(0)}?complexId=${rig.complex.complexId}`,
    )
    expect(answer).toMatchObject({
      status: 200,
      body: {
        meterId: meterAt(0),
        model: 'dlt645-prepaid-3p',
        modelName: { en: 'Model dlt645-prepaid-3p' },
        priceE8: 105_000_000,
        closing: false,
        alarm1Fen: 5_000,
        alarm2Fen: 2_000,
        customerNo: expect.stringMatching(/^\d{12}$/),
      },
    })
  })
  test('says that its account is being closed, as long as it is', async () => {
    const { complexId } = rig.complex
    const path = `/api/v1/meters/${meterAt(0)}?complexId=${complexId}`
    const account = (await tile(0)).accountId
    const closing = `/api/v1/accounts/${account}/clos`
    const asked = { method: 'cash', reasonCode: 'leaseEnded' }
    expect(await client.post(`${closing}e`, asked)).toMatchObject({ status: 200 })
    expect(await client.get(path)).toMatchObject({ status: 200, body: { closing: true } })
    expect(await client.post(`${closing}ing/abort`, {})).toMatchObject({ status: 200 })
    expect(await client.get(path)).toMatchObject({ status: 200, body: { closing: false } })
  })
  test('is not found under another complex', async () => {
    const path = `/api/v1/meters/${meterAt(0)}?complexId=${rig.otherComplex}`
    expect(await client.get(path)).toMatchObject({ status: 404 })
  })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
