import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SwapRig, stepsOf, swapRig } from '../../../test/swap-rig.ts'
import { SOUND_METER } from '../../../test/tiny-complex.ts'
import type { Shop } from '../../delivery/explorer/delivery-bench.ts'
import { walletMeter } from '../../delivery/explorer/wallet-meter.ts'
import { auditBooks } from '../../ledger/audit.ts'
import { accountId, type MeterId } from '../../shared/ids.ts'
import { openAccount } from '../open.ts'
import { recharge } from '../recharge.ts'

let rig: SwapRig

beforeAll(async () => {
  rig = await swapRig()
})
afterAll(() => rig.base.drop())

const open = (meterIds: readonly MeterId[], mode: 'meter' | 'centre', firstFen: number) => {
  const { deps, clerk, complexId, planId } = rig.bench.complex
  return openAccount(deps, clerk, {
    ...{ requestId: rig.request(), complexId, mode, tenant: { name: '两表商户' } },
    meters: meterIds.map((meterId, i) => ({
      ...{ meterId, planId, alarm1Fen: 5_000, alarm2Fen: 2_000 },
      ...(i === 0 && { firstPurchaseFen: firstFen }),
      ...(mode === 'centre' && { initialWh: 100_000 }),
    })),
  })
}

/** An account with two meters; money is in the first. */
const twoMeters = async (firstFen: number): Promise<Shop> => {
  const meterIds = [await rig.spareAtPoint(), await rig.spareAtPoint()] as const
  const opened = await open(meterIds, 'meter', firstFen)
  const shops = meterIds.map((meterId): Shop => {
    const meter = walletMeter(meterId, rig.clock, { energyWh: 100_000 })
    return { accountId: accountId(opened.accountId), meterId, meter }
  })
  for (const shop of shops) {
    rig.bench.shops.set(shop.meterId, shop)
    await rig.deliverAll(shop)
  }
  rig.pass()
  const [first] = shops
  if (!first) throw new Error('two were opened')
  return first
}

const clean = async () => expect(await auditBooks(rig.base.db)).toEqual([])

const supplied = (shop: Shop) =>
  rig.rows<{ n: number }>(
    'select count(*)::int as n from supply where account_id = $1 and until is null',
    [shop.accountId],
  )

const dead = (remainingFen: number) =>
  ({ state: 'dead', finalWh: 104_000, remainingFen, photoNote: '照片' }) as const

describe('a meter that is taken down without another in its place', () => {
  test('gives its money up, which waits to be paid out; its history stays whole', async () => {
    const s = await twoMeters(10_000)
    const point = await rig.pointOf(s.meterId)
    s.meter.use(4_000, 4_000)
    rig.pass()
    const taking = await rig.swap(point, null, { state: 'alive' })
    expect(taking).toMatchObject({ state: 'taking', newMeterId: null, newMeterNo: null })
    await rig.deliverAll(s)
    const gone = await rig.again(taking)
    expect(gone).toMatchObject({ state: 'done', claimFen: 6_000, finalWh: 104_000 })
    expect(stepsOf(gone)).toEqual([
      'asked',
      'tripping',
      'tripped',
      'taken',
      'finalReading',
      'removed',
    ])
    expect(await rig.money(s)).toEqual({ payable: 6_000 })
    expect(await supplied(s)).toEqual([{ n: 1 }])
    const hung = await rig.rows(
      `select i.until is null as hangs, e.closed_at is null as counts from installation i
       join epoch e on e.meter_id = i.meter_id where i.meter_id = $1`,
      [s.meterId],
    )
    expect(hung).toEqual([{ hangs: false, counts: false }])
    await clean()
  })

  test('that can’t be switched off keeps a rest, which is paid out, and is barred', async () => {
    const s = await twoMeters(10_000)
    const point = await rig.pointOf(s.meterId)
    await rig.rows('update point set protected = true where point_id = $1', [point])
    const taking = await rig.swap(point, null, { state: 'alive' })
    await rig.deliverAll(s)
    expect(await rig.again(taking)).toMatchObject({ state: 'done', claimFen: 10_000 })
    expect(s.meter.balanceFen).toBe(23)
    expect(await rig.money(s)).toEqual({ payable: 10_000 })
    const barred = 'select barred_at is not null as barred from meter where meter_id = $1'
    expect(await rig.rows(barred, [s.meterId])).toEqual([{ barred: true }])
    await clean()
  })

  test('gets back what was queued for it', async () => {
    const s = await twoMeters(1_000)
    const { deps, clerk } = rig.bench.complex
    await recharge(deps, clerk, {
      ...{ requestId: rig.request(), accountId: s.accountId, meterId: s.meterId },
      ...{ amountFen: 700, method: 'cash', similarAccepted: true },
    })
    s.meter.relay = 'tripped'
    const taking = await rig.swap(await rig.pointOf(s.meterId), null, { state: 'alive' })
    await rig.deliverAll(s)
    const gone = await rig.again(taking)
    expect(gone).toMatchObject({ state: 'done', claimFen: 1_000 })
    expect(await rig.money(s)).toEqual({ payable: 1_700 })
    const states = (await rig.purchases(s)).map(({ state, fen }) => [state, fen])
    expect(states).toContainEqual(['CANCELLED', 700])
    await clean()
  })

  test('and is dead leaves what a person claims for it', async () => {
    const s = await twoMeters(10_000)
    const gone = await rig.swap(await rig.pointOf(s.meterId), null, dead(6_500))
    expect(gone).toMatchObject({ state: 'done', claimFen: 6_500, photoNote: '照片' })
    expect(await rig.money(s)).toEqual({ payable: 6_500 })
    await clean()
  })

  test('is not the account’s only one: that is closed', async () => {
    const s = await rig.shop(1_000)
    const point = await rig.pointOf(s.meterId)
    await expect(rig.swap(point, null, { state: 'alive' })).rejects.toThrow('last_meter_of_account')
    expect(await rig.money(s)).toEqual({ credit: 1_000 })
  })

  test('at a point that supplies nobody goes at once, with its last register', async () => {
    const meterId = await rig.spareAtPoint()
    const point = await rig.pointOf(meterId)
    const gone = await rig.swap(point, null, { state: 'alive', finalWh: 123_000 })
    expect(gone).toMatchObject({ state: 'done', finalWh: 123_000, mode: null })
    await expect(rig.pointOf(meterId)).rejects.toThrow('it hangs somewhere')
    await expect(rig.swap(point, null, { state: 'alive' })).rejects.toThrow('point_without_meter')
    await clean()
  })

  test('is charged to its end where the centre charges; the account goes on', async () => {
    const { deps } = rig.bench.complex
    const { capabilitiesOf } = deps
    deps.capabilitiesOf = () => ({ ...SOUND_METER, prepaid: false })
    const meterIds = [await rig.spareAtPoint(), await rig.spareAtPoint()] as const
    const account = await open(meterIds, 'centre', 10_000)
    deps.capabilitiesOf = capabilitiesOf
    rig.pass()
    const gone = await rig.swap(await rig.pointOf(meterIds[0]), null, {
      ...{ state: 'alive', finalWh: 110_000 },
    })
    expect(gone).toMatchObject({ state: 'done', finalWh: 110_000, claimFen: 0 })
    const left = await rig.rows(
      `select -balance_fen as fen from ledger_account where path = 'account/' || $1 || '/balance'`,
      [account.accountId],
    )
    expect(left).toEqual([{ fen: 10_000 - 1_050 }])
    await clean()
  })
})
