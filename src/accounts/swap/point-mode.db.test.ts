import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SwapRig, swapRig } from '../../../test/swap-rig.ts'
import { queueCommands } from '../../control/commands.ts'
import type { ControlMode } from '../../control/mode.ts'
import type { Shop } from '../../delivery/explorer/delivery-bench.ts'
import { auditBooks } from '../../ledger/audit.ts'

let rig: SwapRig

beforeAll(async () => {
  rig = await swapRig()
})
afterAll(() => rig.base.drop())

const modeAt = async (point: number): Promise<string> => {
  const found = await rig.rows<{ mode: string }>('select mode from control where point_id = $1', [
    point,
  ])
  return found[0]?.mode ?? 'prepaid'
}

const told = (meters: readonly number[]) =>
  rig.rows(
    `select meter_id as "meterId", kind, params->>'mode' as mode, state from command
     where meter_id = any ($1)`,
    [meters],
  )

const setMode = ({ meterId }: Shop, mode: ControlMode): Promise<unknown> => {
  const { deps, clerk, complexId } = rig.bench.complex
  return rig.base.db.as(clerk, (tx) =>
    queueCommands(tx, deps, {
      ...{ complexId, kind: 'setMode', meterIds: [meterId], requestId: rig.request() },
      params: { mode, reason: 'works' },
    }),
  )
}

const clean = async () => expect(await auditBooks(rig.base.db)).toEqual([])

describe('what was desired of a point', () => {
  test('called off when it is off already is switched on again', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    const taking = await rig.swap(point, await rig.spare(), { state: 'alive' })
    await rig.orders(s)
    expect(s.meter.relay).toBe('tripped')
    expect(await modeAt(point)).toBe('tripped')
    expect(await rig.cancel(taking)).toMatchObject({ state: 'cancelled' })
    await rig.orders(s)
    expect(s.meter.relay).toBe('closed')
    expect(await modeAt(point)).toBe('prepaid')
    await clean()
  })

  test('asked for again before it is switched on again leaves its point as it was', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    const called = await rig.swap(point, await rig.spare(), { state: 'alive' })
    await rig.orders(s)
    await rig.cancel(called)
    rig.pass()
    const fresh = await rig.spare()
    await rig.swap(point, fresh, { state: 'alive' })
    await rig.deliverAll(s)
    expect(s.meter).toMatchObject({ balanceFen: 0, relay: 'tripped' })
    expect(await modeAt(point)).toBe('prepaid')
    expect(await told([fresh])).toEqual([])
    await clean()
  })

  test('called off, an order of before that had not left is given again', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    await setMode(s, 'tripped')
    await rig.orders(s)
    rig.pass()
    await setMode(s, 'prepaid')
    const taking = await rig.swap(point, await rig.spare(), { state: 'alive' })
    expect(await rig.cancel(taking)).toMatchObject({ state: 'cancelled' })
    expect(await modeAt(point)).toBe('prepaid')
    await rig.orders(s)
    expect(s.meter.relay).toBe('closed')
    await clean()
  })

  test('called off, it stays off where a person has ordered so meanwhile', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    const taking = await rig.swap(point, await rig.spare(), { state: 'alive' })
    await rig.orders(s)
    const why = 'select reason from control where point_id = $1'
    expect(await rig.rows(why, [point])).toEqual([{ reason: 'swap' }])
    rig.pass()
    await rig.rows(
      `update control set reason = '消防检查', since = to_timestamp($2 / 1000.0)
       where point_id = $1`,
      [point, rig.clock.now()],
    )
    await rig.cancel(taking)
    await rig.orders(s)
    expect(s.meter.relay).toBe('tripped')
    expect(await modeAt(point)).toBe('tripped')
  })

  test('hands its point’s mode on to the new one; no relay episode stays open', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    const fresh = await rig.spare()
    const { complexId } = rig.bench.complex
    await rig.rows(
      `insert into control (complex_id, point_id, mode, reason, owner, operator_id, since)
       values ($1, $2, 'tripped', '装修', 'operator', 1, to_timestamp($3 / 1000.0))`,
      [complexId, point, rig.clock.now()],
    )
    await rig.rows(
      `insert into relay_episode (complex_id, meter_id, since, relay, cause)
       values ($1, $2, to_timestamp($3 / 1000.0), 'tripped', 'operator')`,
      [complexId, s.meterId, rig.clock.now()],
    )
    rig.pass()
    await rig.swap(point, fresh, { state: 'alive' })
    await rig.deliverAll(s)
    expect(await told([s.meterId, fresh])).toEqual([
      { meterId: fresh, kind: 'setMode', mode: 'tripped', state: 'queued' },
    ])
    const desired = 'select mode, reason, owner from control where point_id = $1'
    expect(await rig.rows(desired, [point])).toEqual([
      { mode: 'tripped', reason: '装修', owner: 'operator' },
    ])
    const episodes = 'select until is null as open from relay_episode where meter_id = $1'
    expect(await rig.rows(episodes, [s.meterId])).toEqual([{ open: false }])
    // A person's word goes on, and money that is on its way does not change it.
    await rig.connect(s, fresh)
    expect(await told([fresh])).toMatchObject([{ state: 'confirmed' }])
    await clean()
  })
})
