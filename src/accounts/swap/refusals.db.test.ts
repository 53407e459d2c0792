import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SwapRig, swapRig } from '../../../test/swap-rig.ts'
import { sellTo } from '../../delivery/explorer/delivery-bench.ts'
import { auditBooks } from '../../ledger/audit.ts'
import { pointId } from '../../shared/ids.ts'

let rig: SwapRig

beforeAll(async () => {
  rig = await swapRig()
})
afterAll(() => rig.base.drop())

const alive = { state: 'alive' } as const
const dead = (remainingFen?: number) => ({
  state: 'dead' as const,
  ...{ finalWh: 200_000, photoNote: '照片' },
  ...(remainingFen !== undefined && { remainingFen }),
})

const counts = () =>
  rig.rows(`select (select count(*) from swap) as swaps, (select count(*) from posting) as postings,
    (select count(*) from reduction) as reductions, (select count(*) from epoch) as epochs,
    (select count(*) from audit) as audits`)

describe('nothing is written when it is refused', () => {
  const refused = async (code: string, ask: () => Promise<unknown>) => {
    const before = await counts()
    await expect(ask()).rejects.toThrow(code)
    expect(await counts()).toEqual(before)
  }

  test('a point, a meter at it, and a meter to come are needed', async () => {
    const s = await rig.shop(1_000)
    const fresh = await rig.spare()
    const point = await rig.pointOf(s.meterId)
    const empty = await rig.pointOf(await rig.spareAtPoint())
    await rig.rows('delete from installation where point_id = $1', [empty])
    await refused('not_found', () => rig.swap(pointId(999_999), fresh, alive))
    await refused('point_without_meter', () => rig.swap(empty, fresh, alive))
    await refused('meter_in_use', () => rig.swap(point, s.meterId, alive))
    await refused('invalid_input', () => rig.swap(point, fresh, dead()))
  })

  test('an initial register above what the new meter shows is a slip of the pen', async () => {
    const s = await rig.shop(1_000)
    const fresh = await rig.spare()
    await rig.rows(
      `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at)
       values ($1, $2, 0, 4999, to_timestamp($3 / 1000.0))`,
      [rig.bench.complex.complexId, fresh, rig.clock.now()],
    )
    const point = await rig.pointOf(s.meterId)
    await refused('register_above_read', () => rig.swap(point, fresh, alive))
  })

  test('a swap that is done can no longer be called off', async () => {
    const s = await rig.shop(1_000)
    const done = await rig.swap(await rig.pointOf(s.meterId), await rig.spare(), dead(0))
    await refused('swap_not_cancellable', () => rig.cancel(done))
  })

  test('a dry run tells all and keeps nothing', async () => {
    const s = await rig.shop(1_000)
    const before = await counts()
    const told = await rig.swap(await rig.pointOf(s.meterId), await rig.spare(), dead(700), {
      dryRun: true,
    })
    expect(told).toMatchObject({ swapId: null, state: 'opening', claimFen: 700 })
    expect(await counts()).toEqual(before)
  })
})

test('of two swaps at one point at once, and two to one meter, one wins', async () => {
  const [a, b] = [await rig.shop(1_000), await rig.shop(1_000)]
  const [p, q] = [await rig.pointOf(a.meterId), await rig.pointOf(b.meterId)]
  const [x, y] = [await rig.spare(), await rig.spare()]
  const ends = await Promise.allSettled([
    rig.swap(p, x, dead(900)),
    rig.swap(p, x, dead(900)),
    rig.swap(q, x, dead(900)),
  ])
  expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1)
  const taking = await Promise.allSettled([rig.swap(q, y, alive), rig.swap(q, y, alive)])
  expect(taking.filter((end) => end.status === 'fulfilled')).toHaveLength(1)
  expect(await auditBooks(rig.base.db)).toEqual([])
})

test('a sale and a swap at once: the sale is in one meter or the other, or refused', async () => {
  const s = await rig.shop(1_000)
  const point = await rig.pointOf(s.meterId)
  const fresh = await rig.spare()
  const [swapped, sold] = await Promise.allSettled([
    rig.swap(point, fresh, dead(1_000)),
    sellTo(rig.bench, s, 500),
  ])
  expect(swapped.status).toBe('fulfilled')
  await rig.connect(s, fresh)
  const soldFen = sold.status === 'fulfilled' ? 500 : 0
  expect(await rig.money(s)).toEqual({ credit: 1_000 + soldFen })
  expect(await auditBooks(rig.base.db)).toEqual([])
})
