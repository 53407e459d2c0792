import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlRig, controlRig, ordersOf } from '../../test/control-rig.ts'
import { plusMs, rfc3339 } from '../shared/clock.ts'
import { RELEASE_WORK } from './command-work.ts'

let rig: ControlRig

beforeAll(async () => {
  rig = await controlRig()
})
afterAll(() => rig.drop())

describe('INV-22: back to prepaid', () => {
  test('an operator’s trip is closed again by his release while money suffices', async () => {
    const meter = rig.hang()
    await rig.openAccount(meter)
    await rig.ended(await rig.order(meter, 'tripped'))
    const done = await rig.ended(await rig.order(meter, 'prepaid'))
    expect(done).toMatchObject({ state: 'confirmed', result: { relay: 'closed', kept: false } })
    expect(ordersOf(meter)).toBe('trip permitClose')
    expect(await rig.episodes(meter)).toEqual([
      { relay: 'tripped', cause: 'operator', open: false },
      { relay: 'closed', cause: 'operator', open: true },
    ])
  })

  test('without money it stays tripped, and is closed when money has come', async () => {
    const meter = rig.hang()
    await rig.openAccount(meter)
    await rig.ended(await rig.order(meter, 'tripped'))
    meter.balanceFen = 0
    const released = await rig.ended(await rig.order(meter, 'prepaid'))
    expect(released.result).toMatchObject({ relay: 'tripped', note: 'moneyShort' })
    expect((await rig.episodes(meter)).at(-1)).toMatchObject({ cause: 'released', open: true })
    await rig.poll(meter)
    await rig.chores()
    expect(await rig.round()).toBe(false)
    meter.balanceFen = 5_000
    await rig.poll(meter)
    await rig.chores()
    while (await rig.round());
    expect(meter.relay).toBe('closed')
    expect((await rig.episodes(meter)).at(-1)).toEqual({
      relay: 'closed',
      cause: 'operator',
      open: true,
    })
  })

  test('money never closes what an operator still wants tripped', async () => {
    const meter = rig.hang()
    await rig.openAccount(meter)
    await rig.ended(await rig.order(meter, 'tripped'))
    meter.balanceFen = 50_000
    await rig.poll(meter)
    await rig.chores()
    expect(await rig.round()).toBe(false)
    expect(meter.relay).toBe('tripped')
  })

  test('a trip ordered after the release goes before the closing that is owed', async () => {
    const meter = rig.hang()
    await rig.openAccount(meter)
    await rig.ended(await rig.order(meter, 'tripped'))
    meter.balanceFen = 0
    await rig.ended(await rig.order(meter, 'prepaid'))
    meter.balanceFen = 5_000
    await rig.poll(meter)
    const trip = await rig.order(meter, 'tripped')
    await rig.chores()
    expect((await rig.ended(trip)).state).toBe('confirmed')
    await rig.poll(meter)
    await rig.chores()
    expect(await rig.round()).toBe(false)
    expect(meter.relay).toBe('tripped')
    expect(await rig.modeOf(meter)).toBe('tripped')
  })

  test('what the meter tripped by itself is left to the meter', async () => {
    const meter = rig.hang({ relay: 'tripped', balanceFen: 0 })
    await rig.openAccount(meter)
    await rig.poll(meter)
    expect(await rig.episodes(meter)).toMatchObject([{ relay: 'tripped', cause: 'arrears' }])
    const done = await rig.ended(await rig.order(meter, 'prepaid'))
    expect(done).toMatchObject({ state: 'confirmed', result: { note: 'tripNotOurs' } })
    meter.relay = 'closed'
    meter.balanceFen = 9_000
    await rig.poll(meter)
    expect((await rig.episodes(meter)).at(-1)).toMatchObject({ relay: 'closed', cause: 'recharge' })
  })

  test('a kept meter without money trips by itself afterwards, and is left to it', async () => {
    const meter = rig.hang({ balanceFen: 0 })
    await rig.openAccount(meter)
    await rig.ended(await rig.order(meter, 'kept'))
    await rig.poll(meter)
    const { orderRelay } = meter.driver
    meter.driver.orderRelay = async (...asked) => {
      const answer = await orderRelay(...asked)
      meter.relay = 'tripped'
      return answer
    }
    const done = await rig.ended(await rig.order(meter, 'prepaid'))
    expect(done.result).toMatchObject({ relay: 'tripped', kept: false, note: 'tripNotOurs' })
    expect(ordersOf(meter)).toBe('keepOn keepOff')
    expect((await rig.episodes(meter)).at(-1)).toMatchObject({ relay: 'tripped', cause: 'arrears' })
  })

  test('an operator’s trip of a meter in arrears is ordered all the same', async () => {
    const meter = rig.hang({ relay: 'tripped', balanceFen: 0 })
    await rig.openAccount(meter)
    await rig.poll(meter)
    await rig.ended(await rig.order(meter, 'tripped'))
    expect(ordersOf(meter)).toBe('trip')
    expect((await rig.episodes(meter)).at(-1)).toMatchObject({ cause: 'operator', open: true })
  })
})

describe('keep-power with an end', () => {
  const untilIn = (ms: number): string => rfc3339(plusMs(rig.clock.now(), ms), 'Asia/Shanghai')

  test('is taken off by the centre when its time is over', async () => {
    const meter = rig.hang()
    await rig.ended(await rig.order(meter, 'kept', untilIn(3_600_000)))
    await rig.chores()
    expect(await rig.modeOf(meter)).toBe('kept')
    rig.clock.skip(3_600_000)
    await rig.chores()
    expect(await rig.modeOf(meter)).toBe('prepaid')
    while (await rig.round());
    expect(meter.kept).toBe(false)
    rig.clock.skip(20_000)
    await rig.chores()
    const left = await rig.rows('select from work where kind = $1 and done_at is null', [
      RELEASE_WORK,
    ])
    expect(left).toEqual([])
  })

  test('is tried again until the meter was read without it', async () => {
    const meter = rig.hang()
    await rig.ended(await rig.order(meter, 'kept', untilIn(60_000)))
    meter.silent = true
    rig.clock.skip(60_000)
    const pass = async () => {
      await rig.chores()
      await rig.round()
      rig.clock.skip(20_000)
    }
    for (let i = 0; i < 40; i++) await pass()
    expect(meter.kept).toBe(true)
    meter.silent = false
    for (let i = 0; i < 10; i++) await pass()
    expect(meter.kept).toBe(false)
    expect(await rig.modeOf(meter)).toBe('prepaid')
  })

  test('a mode that an operator set since then stands', async () => {
    const meter = rig.hang()
    await rig.ended(await rig.order(meter, 'kept', untilIn(60_000)))
    await rig.ended(await rig.order(meter, 'tripped'))
    rig.clock.skip(120_000)
    await rig.chores()
    expect(await rig.round()).toBe(false)
    expect(await rig.modeOf(meter)).toBe('tripped')
    expect(meter.relay).toBe('tripped')
  })
})
