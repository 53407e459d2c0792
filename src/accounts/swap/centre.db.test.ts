import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SwapRig, swapRig } from '../../../test/swap-rig.ts'
import { SOUND_METER } from '../../../test/tiny-complex.ts'
import { auditBooks } from '../../ledger/audit.ts'
import { systemScope } from '../../ports/database.ts'
import type { MeterId } from '../../shared/ids.ts'
import { openAccount } from '../open.ts'
import { accountViews } from '../read-store.ts'

let rig: SwapRig

beforeAll(async () => {
  rig = await swapRig()
  rig.bench.complex.deps.capabilitiesOf = () => ({ ...SOUND_METER, prepaid: false })
})
afterAll(() => rig.base.drop())

const reads = async (meter: MeterId, energyWh: number) => {
  const { complexId } = rig.bench.complex
  await rig.rows(
    `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
     values ($1, $2, to_timestamp($3 / 1000.0), 1, to_timestamp($3 / 1000.0), $4)`,
    [complexId, meter, rig.clock.now(), energyWh],
  )
  await rig.rows(
    `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at)
     values ($1, $2, 0, $4, to_timestamp($3 / 1000.0))
     on conflict (complex_id, meter_id) do update set energy_wh = excluded.energy_wh,
       energy_at = excluded.energy_at`,
    [complexId, meter, rig.clock.now(), energyWh],
  )
}

/** A shop that the centre charges, with 100 yuan on its balance. */
const centreShop = async () => {
  const { deps, clerk, complexId, planId } = rig.bench.complex
  const meterId = await rig.spareAtPoint()
  const { accountId } = await openAccount(deps, clerk, {
    ...{ requestId: rig.request(), complexId, mode: 'centre', tenant: { name: '蜀香餐饮' } },
    meters: [
      {
        ...{ meterId, planId, alarm1Fen: 5_000, alarm2Fen: 2_000 },
        ...{ firstPurchaseFen: 10_000, initialWh: 100_000 },
      },
    ],
  })
  return { accountId, meterId }
}

const leftOf = (account: Awaited<ReturnType<typeof centreShop>>['accountId']) =>
  rig.base.db.as(systemScope('test'), async (tx) => {
    const { complexId } = rig.bench.complex
    const views = await accountViews(tx, complexId, 'Asia/Shanghai', [account])
    return views[0]?.meters.map(({ meterId, balanceFen }) => ({ meterId, balanceFen }))
  })

test('the old one is charged to its end, the new one from its initial register', async () => {
  const { accountId, meterId } = await centreShop()
  const point = await rig.pointOf(meterId)
  rig.pass()
  await reads(meterId, 140_000)
  const before = await leftOf(accountId)
  const fresh = await rig.spare()
  await reads(fresh, 7_000)
  const done = await rig.swap(point, fresh, { state: 'alive' }, { newInitialWh: 7_000 })
  expect(done).toMatchObject({ state: 'done', mode: 'centre', finalWh: 140_000, claimFen: 0 })
  // The board shows the new meter at once, with the same money left.
  expect(await leftOf(accountId)).toEqual([{ meterId: fresh, balanceFen: before?.[0]?.balanceFen }])
  expect(before?.[0]?.balanceFen).toBeLessThan(10_000)
  rig.pass()
  await reads(fresh, 17_000)
  const after = await leftOf(accountId)
  const charged = 10_000 - (before?.[0]?.balanceFen ?? 0)
  // 40 kWh before, 10 kWh after: a quarter as much.
  expect(after?.[0]?.balanceFen).toBe(10_000 - charged - charged / 4)
  expect(await auditBooks(rig.base.db)).toEqual([])
})

test('a register read off by hand ends it; below what was read before, it is refused', async () => {
  const { accountId, meterId } = await centreShop()
  const point = await rig.pointOf(meterId)
  rig.pass()
  await reads(meterId, 120_000)
  rig.pass()
  const fresh = await rig.spare()
  const by = (finalWh: number) =>
    rig.swap(point, fresh, { state: 'dead', finalWh, photoNote: '照片' }, { newInitialWh: 0 })
  await expect(by(119_999)).rejects.toThrow('register_below_last')
  expect(await by(130_000)).toMatchObject({ state: 'done', finalWh: 130_000 })
  const booked = await rig.rows<{ fen: number; price: number }>(
    `select -a.balance_fen as fen, (select price_e8 from plan_version limit 1) as price
     from ledger_account a where a.path = 'account/' || $1::text || '/balance'`,
    [accountId],
  )
  const [{ fen = 0, price = 0 } = {}] = booked
  expect(fen).toBe(10_000 - Math.round((30_000 * price) / 1e9))
  expect(await auditBooks(rig.base.db)).toEqual([])
})

test('an old reading does not end it: nobody knows what was used since', async () => {
  const { meterId } = await centreShop()
  await reads(meterId, 120_000)
  for (let i = 0; i < 5; i++) rig.pass()
  const refused = rig.swap(await rig.pointOf(meterId), await rig.spare(), { state: 'alive' })
  await expect(refused).rejects.toThrow('balance_unknown')
})
