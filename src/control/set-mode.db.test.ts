import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ControlRig, controlRig, only, ordersOf } from '../../test/control-rig.ts'
import type { Lie } from '../../test/lying-meter.ts'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { must } from '../shared/assert.ts'
import { instantOfSql, plusMs } from '../shared/clock.ts'
import { endOverdueCommands } from './overdue.ts'

let rig: ControlRig

beforeAll(async () => {
  rig = await controlRig(30)
})
afterAll(() => rig.drop())
beforeEach(() => {
  rig.can = SOUND_METER
})

const always = (lie: Lie): Lie[] => Array.from({ length: 20 }, () => lie)

describe('a mode is confirmed by reading back', () => {
  test('a trip: sent, acknowledged, confirmed, with its cause and its audit record', async () => {
    const meter = rig.hang()
    const done = await rig.ended(await rig.order(meter, 'tripped'))
    expect(done).toMatchObject({ state: 'confirmed', attempts: 1 })
    expect(done.result).toMatchObject({ relay: 'tripped', kept: false, answer: 'accepted' })
    expect(done.sentAt).not.toBeNull()
    expect(done.acknowledgedAt).not.toBeNull()
    expect(ordersOf(meter)).toBe('trip')
    expect(await rig.modeOf(meter)).toBe('tripped')
    const episode = { relay: 'tripped', cause: 'operator', open: true }
    expect(await rig.episodes(meter)).toEqual([episode])
    const audits = await rig.rows<{ action: string; operator: number }>(
      `select action, operator_id as operator from audit where complex_id = $1
         and (subject = $2 or after->>'meter' = $3) order by at, lane_seq`,
      [rig.complex.complexId, `meter/${done.meterId}`, done.meterNo],
    )
    const operator = rig.complex.clerk.operator
    expect(audits).toEqual([
      { action: 'control.setMode', operator },
      { action: 'control.confirmed', operator },
    ])
  })

  test('keep-power: on first, then the relay closes', async () => {
    const meter = rig.hang({ relay: 'tripped' })
    const done = await rig.ended(await rig.order(meter, 'kept'))
    expect(done).toMatchObject({ state: 'confirmed', result: { relay: 'closed', kept: true } })
    expect(ordersOf(meter)).toBe('keepOn directClose')
  })

  test('a trip while kept: keep-power comes off first', async () => {
    const meter = rig.hang({ kept: true })
    const done = await rig.ended(await rig.order(meter, 'tripped'))
    expect(done).toMatchObject({ state: 'confirmed', result: { relay: 'tripped', kept: false } })
    expect(ordersOf(meter)).toBe('keepOff trip')
  })

  test('keep-power that came on meanwhile refuses the trip, and is taken off', async () => {
    const meter = rig.hang()
    const { orderRelay } = meter.driver
    meter.driver.orderRelay = (...asked) => {
      if (meter.orders.length === 0) meter.kept = true
      return orderRelay(...asked)
    }
    const done = await rig.ended(await rig.order(meter, 'tripped'))
    expect(done).toMatchObject({ state: 'confirmed', result: { relay: 'tripped', kept: false } })
    expect(ordersOf(meter)).toBe('trip keepOff trip')
  })

  test('INV-22: a meter that trips by itself while ours waits is tripped by us too', async () => {
    const meter = rig.hang()
    await rig.poll(meter)
    const command = await rig.order(meter, 'tripped')
    meter.relay = 'tripped'
    rig.clock.skip(1_000)
    await rig.poll(meter)
    rig.clock.skip(1_000)
    expect(await rig.ended(command)).toMatchObject({ state: 'confirmed', attempts: 1 })
    expect(ordersOf(meter)).toBe('trip')
    expect(await rig.episodes(meter)).toContainEqual({
      ...{ relay: 'tripped', cause: 'operator', open: true },
    })
  })

  test('closing that is only permitted says that it needs a hand on the button', async () => {
    rig.can = { ...SOUND_METER, relay: { ...SOUND_METER.relay, directClose: false } }
    const meter = rig.hang({ relay: 'tripped', hasButton: true })
    const done = await rig.ended(await rig.order(meter, 'kept'))
    expect(done).toMatchObject({
      state: 'confirmed',
      result: { relay: 'closePermitted', kept: true, note: 'needsHandOnButton' },
    })
  })

  test('while a hand is waited for, the meter is looked at until it is pressed', async () => {
    rig.can = { ...SOUND_METER, relay: { ...SOUND_METER.relay, directClose: false } }
    const looksIn = async (minutes: number, pressed: boolean): Promise<number> => {
      const meter = rig.hang({ relay: 'tripped', hasButton: true })
      await rig.ended(await rig.order(meter, 'kept'))
      const look = vi.spyOn(meter.driver, 'readStatus')
      const end = plusMs(rig.clock.now(), minutes * 60_000)
      while (rig.clock.now() < end) {
        rig.clock.skip(5_000)
        await rig.round()
        if (pressed && look.mock.calls.length === 2) meter.relay = 'closed'
      }
      expect(look.mock.calls.every(([priority]) => priority === 'energy')).toBe(true)
      return look.mock.calls.length
    }
    expect(await looksIn(0.4, false)).toBe(1)
    expect(await looksIn(10, true)).toBe(3)
    expect(await looksIn(10, false)).toBe(7)
  })

  test('a meter that is already as desired is sent nothing', async () => {
    const meter = rig.hang()
    const done = await rig.ended(await rig.order(meter, 'prepaid'))
    expect(done).toMatchObject({ state: 'confirmed', attempts: 0, sentAt: null })
    expect(meter.orders).toEqual([])
  })
})

describe('answers prove nothing', () => {
  test('a lost answer: the relay is read and the trip is not sent again', async () => {
    const meter = rig.hang({ lies: ['answerLost'] })
    const done = await rig.ended(await rig.order(meter, 'tripped'))
    expect(done).toMatchObject({ state: 'confirmed', attempts: 1, acknowledgedAt: null })
    expect(ordersOf(meter)).toBe('trip')
  })

  test('a lost order is sent again', async () => {
    const meter = rig.hang({ lies: ['requestLost'] })
    const done = await rig.ended(await rig.order(meter, 'tripped'))
    expect(done.state).toBe('confirmed')
    expect(ordersOf(meter)).toBe('trip trip')
  })

  test('a no that was a yes is confirmed by the relay', async () => {
    const meter = rig.hang({ lies: ['refusedThoughDone'] })
    const done = await rig.ended(await rig.order(meter, 'tripped'))
    expect(done).toMatchObject({ state: 'confirmed', attempts: 1 })
  })

  test('a meter that accepts and never moves fails at the deadline, not before', async () => {
    const meter = rig.hang({ lies: always('acceptedAndIdle') })
    const done = await rig.ended(await rig.order(meter, 'tripped'))
    expect(done).toMatchObject({
      state: 'failed',
      result: { relay: 'closed', reason: 'deadlinePassed' },
    })
    expect(instantOfSql(done.endedAt ?? '')).toBeGreaterThan(instantOfSql(done.deadline))
    expect(await rig.modeOf(meter)).toBe('tripped')
  })

  test('a meter that keeps saying no fails with its word', async () => {
    const meter = rig.hang({ lies: always('refused') })
    const done = await rig.ended(await rig.order(meter, 'tripped'))
    expect(done).toMatchObject({
      state: 'failed',
      attempts: 3,
      result: { relay: 'closed', reason: 'refusedByMeter', detail: 'DC 04' },
    })
    expect(meter.orders).toHaveLength(3)
  })

  test('silence after the order is held as unknown, never called failed', async () => {
    const meter = rig.hang()
    const command = await rig.order(meter, 'tripped')
    const { orderRelay } = meter.driver
    meter.driver.orderRelay = async (...asked) => {
      const answer = await orderRelay(...asked)
      meter.silent = true
      return answer
    }
    const done = await rig.ended(command)
    expect(done).toMatchObject({ state: 'held', result: { reason: 'deadlinePassed' } })
  })
})

describe('INV-21: nothing leaves after its deadline, and every relay frame carries one', () => {
  test('every relay frame ends within a minute and not after its command', async () => {
    const meter = rig.hang({ lies: always('requestLost') })
    const command = await rig.order(meter, 'tripped')
    await rig.ended(command)
    const last = instantOfSql(only(command).deadline)
    expect(meter.orders.length).toBeGreaterThan(1)
    for (const { deadline, at } of meter.orders) {
      expect(deadline - at).toBeLessThanOrEqual(60_000)
      expect(deadline).toBeLessThanOrEqual(last)
    }
  })

  test('a frame sent shortly before the end of its command ends with it', async () => {
    const meter = rig.hang({ silent: true })
    const command = await rig.order(meter, 'tripped')
    const last = instantOfSql(only(command).deadline)
    while (last - rig.clock.now() > 25_000) {
      await rig.round()
      rig.clock.skip(1_000)
    }
    meter.silent = false
    expect((await rig.ended(command)).state).toBe('confirmed')
    expect(must(meter.orders[0], 'ordered at last').deadline).toBe(last)
  })

  test('a silent meter is never sent anything, and the mode goes back', async () => {
    const meter = rig.hang({ silent: true })
    const done = await rig.ended(await rig.order(meter, 'tripped'))
    expect(done).toMatchObject({ state: 'expired', attempts: 0, sentAt: null })
    expect(meter.orders).toEqual([])
    expect(await rig.modeOf(meter)).toBe('prepaid')
  })

  test('without anybody to serve the gateway it expires all the same', async () => {
    const meter = rig.hang()
    const command = await rig.order(meter, 'tripped')
    await endOverdueCommands(rig.deps)
    expect((await rig.now(command)).state).toBe('queued')
    rig.clock.skip(311_000)
    await endOverdueCommands(rig.deps)
    expect(await rig.now(command)).toMatchObject({
      state: 'expired',
      result: { reason: 'deadlinePassed' },
    })
    expect(await rig.modeOf(meter)).toBe('prepaid')
    expect(ordersOf(meter)).toBe('')
  })

  test('a command whose worker died after sending is held as unknown', async () => {
    const meter = rig.hang()
    const command = await rig.order(meter, 'tripped')
    meter.driver.orderRelay = () => Promise.reject(new Error('the process died'))
    await expect(rig.round()).rejects.toThrow('the process died')
    rig.clock.skip(400_000)
    await endOverdueCommands(rig.deps)
    expect(await rig.now(command)).toMatchObject({
      state: 'held',
      result: { reason: 'outcomeUnknown' },
    })
  })
})

describe('a newer mode', () => {
  test('cancels one that is still queued', async () => {
    const meter = rig.hang()
    const first = await rig.order(meter, 'tripped')
    const second = await rig.order(meter, 'kept')
    expect((await rig.ended(first)).state).toBe('cancelled')
    expect((await rig.ended(second)).state).toBe('confirmed')
    expect(ordersOf(meter)).toBe('keepOn')
    expect(await rig.modeOf(meter)).toBe('kept')
  })

  test('waits until an order that may still be under way has run out', async () => {
    const meter = rig.hang({ lies: ['requestLost'] })
    const first = await rig.order(meter, 'tripped')
    await rig.round()
    const frame = must(meter.orders[0], 'the first order').deadline
    const second = await rig.order(meter, 'prepaid')
    expect((await rig.ended(second)).state).toBe('confirmed')
    expect(rig.clock.now()).toBeGreaterThan(frame)
    expect(await rig.now(first)).toMatchObject({
      state: 'failed',
      result: { reason: 'superseded', relay: 'closed' },
    })
    expect(meter.orders).toHaveLength(1)
  })

  test('that comes while the older one is looking stops its next order', async () => {
    const meter = rig.hang({ lies: ['requestLost'] })
    const first = await rig.order(meter, 'tripped')
    await rig.round()
    const { readRelay } = meter.driver
    let newer: Promise<unknown> | null = null
    meter.driver.readRelay = async (priority) => {
      newer ??= rig.order(meter, 'prepaid')
      await newer
      return readRelay(priority)
    }
    rig.clock.skip(5_000)
    await rig.round()
    expect((await rig.ended(first)).state).toBe('failed')
    expect(ordersOf(meter)).toBe('trip')
  })

  test('of three in a row only the last one acts', async () => {
    const meter = rig.hang({ lies: ['requestLost'] })
    const first = await rig.order(meter, 'tripped')
    await rig.round()
    const second = await rig.order(meter, 'prepaid')
    const third = await rig.order(meter, 'kept')
    expect((await rig.ended(third)).result).toMatchObject({ kept: true, relay: 'closed' })
    expect((await rig.ended(second)).state).toBe('cancelled')
    expect((await rig.ended(first)).state).toBe('failed')
    expect(ordersOf(meter)).toBe('trip keepOn')
  })
})
