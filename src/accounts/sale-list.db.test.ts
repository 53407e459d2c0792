import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock } from '../adapters/system.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { must } from '../shared/assert.ts'
import { openAccount } from './open.ts'

let rig: WebRig
let clerk: Client
let accountOfMeter = 0
let requests = 0

const key = () => ({ 'idempotency-key': `sale-list-${++requests}` })
const list = (query: Record<string, string>) => {
  const asked = new URLSearchParams({ complexId: String(rig.complex.complexId), ...query })
  return clerk.get(`/api/v1/sales?${asked}`)
}
const bodyOf = (name: string, mode: 'meter' | 'centre', index: number) => ({
  complexId: rig.complex.complexId,
  mode,
  tenant: { name },
  method: mode === 'centre' ? ('card' as const) : ('cash' as const),
  meters: [
    {
      meterId: must(rig.complex.meters[index], 'a meter').meterId,
      planId: rig.complex.planId,
      alarm1Fen: 5_000,
      alarm2Fen: 2_000,
      firstPurchaseFen: 10_000 + index,
      ...(mode === 'centre' && { initialWh: 0 }),
    },
  ],
})

beforeAll(async () => {
  rig = await startWebRig({ meters: 4 })
  await ensurePartitions((sql) => ownerQuery(rig.base.ownerUrl)(sql), systemClock.now())
  await rig.addOperator('clerk', 'finance-clerk', [rig.complex.complexId])
  clerk = await rig.as('clerk')
  const opened = await clerk.post('/api/v1/accounts', bodyOf('蜀香小厨', 'meter', 0), key())
  expect(opened).toMatchObject({ status: 200 })
  accountOfMeter = Number(Object(opened.body).accountId)
  const capabilitiesOf = () => ({ ...SOUND_METER, prepaid: false, replayGuard: 'none' as const })
  await openAccount({ ...rig.complex.deps, capabilitiesOf }, rig.complex.clerk, {
    ...bodyOf('百味面馆', 'centre', 1),
    requestId: 'sale-list-centre',
  })
})
afterAll(() => rig.stop())

describe('the list of sales', () => {
  test('shows a sale into a meter with its purchase and one onto a balance without', async () => {
    expect(await list({})).toMatchObject({
      status: 200,
      body: {
        items: [
          { tenant: '百味面馆', paidFen: 10_001, method: 'card', purchaseId: null, state: null },
          {
            tenant: '蜀香小厨',
            accountId: accountOfMeter,
            paidFen: 10_000,
            creditFen: 10_000,
            carryFen: 0,
            serviceFeeFen: 0,
            depositFen: 0,
            takenBackFen: 0,
            method: 'cash',
            operator: '操作员 clerk',
            purchaseId: expect.any(String),
            state: 'QUEUED',
          },
        ],
        nextCursor: null,
      },
    })
  })
  test('has the place in English too, where it still has the name of the receipt', async () => {
    const { complexId } = rig.complex
    const placesOf = async (path: string) => {
      const items: unknown = Object((await clerk.get(`${path}?complexId=${complexId}`)).body).items
      return Array.isArray(items) ? items.map((item: unknown) => Object(item).premisesEn) : null
    }
    const english = `update building set name_en = 'Tower A' where complex_id = $1`
    await rig.base.rows(english, [complexId])
    const named = [expect.stringMatching(/^Tower A /), expect.stringMatching(/^Tower A /)]
    expect(await placesOf('/api/v1/sales')).toEqual(named)
    expect(await placesOf('/api/v1/purchases')).toEqual(named.slice(1))
    const sold: unknown = Object((await list({ limit: '1' })).body).items
    const { premises } = Object(Array.isArray(sold) ? sold[0] : null)
    await rig.base.rows(`update building set name = name || '一' where complex_id = $1`, [
      complexId,
    ])
    expect(await placesOf('/api/v1/sales')).toEqual([premises, premises])
  })
  test('goes on at the cursor where a page ended', async () => {
    const first = await list({ limit: '1' })
    const cursor = String(Object(first.body).nextCursor)
    expect(await list({ limit: '1', cursor })).toMatchObject({
      body: { items: [{ tenant: '蜀香小厨' }], nextCursor: null },
    })
  })
  test.each([
    [{ method: 'card' }, ['百味面馆']],
    [{ state: 'QUEUED' }, ['蜀香小厨']],
    [{ state: 'BALANCE' }, ['百味面馆']],
    [{ state: 'DELIVERED' }, []],
    [{ operator: '操作员' }, ['蜀香小厨']],
    [{ operator: 'cl%rk' }, []],
    [{ search: '面馆' }, ['百味面馆']],
    [{ search: 'A-101' }, ['百味面馆', '蜀香小厨']],
    [{ search: 'sale-list-centre/0' }, ['百味面馆']],
    [{ search: 'nobody' }, []],
    [{ amountFen: '10001' }, ['百味面馆']],
    [{ search: '面馆', amountFen: '10000' }, []],
    [{ to: '2001-01-01' }, []],
    [{ from: '2001-01-01' }, ['百味面馆', '蜀香小厨']],
  ])('narrowed by %o it shows %o', async (query, tenants) => {
    const items: unknown = Object((await list(query)).body).items
    const found = Array.isArray(items) ? items.map((item: unknown) => Object(item).tenant) : null
    expect(found).toEqual(tenants)
  })
  test('a day is a day of the complex, both ends shown', async () => {
    const items: unknown = Object((await list({ limit: '1' })).body).items
    const newest: unknown = Array.isArray(items) ? items[0] : null
    const day = String(Object(newest).at).slice(0, 10)
    expect(await list({ from: day, to: day, method: 'card' })).toMatchObject({
      body: { items: [{ tenant: '百味面馆' }] },
    })
  })
})

test('accounts are found by what they have left; what nobody knows is in no list', async () => {
  const { complexId, meters } = rig.complex
  const found = async (money: string) => {
    const answer = await clerk.get(`/api/v1/accounts?complexId=${complexId}&money=${money}`)
    const items: unknown = Object(answer.body).items
    return Array.isArray(items) ? items.map((item: unknown) => Object(item).tenant) : null
  }
  expect([await found('low'), await found('empty'), await found('owing')]).toEqual([[], [], []])
  await rig.base.rows(
    `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at)
     values ($1, $2, 0, 5000, now())
     on conflict (complex_id, meter_id) do update set balance_fen = 5000, balance_at = now()`,
    [complexId, must(meters[0], 'a meter').meterId],
  )
  expect([await found('low'), await found('empty')]).toEqual([['蜀香小厨'], []])
})
