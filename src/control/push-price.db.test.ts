import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allYear } from '../../test/day-night.ts'
import { type PriceRig, priceRig } from '../../test/price-rig.ts'
import onePhase from '../metering/models/dlt645-prepaid-1p.ts'
import { systemScope, type Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, instant, plusMs, rfc3339 } from '../shared/clock.ts'
import { type MeterId, meterId } from '../shared/ids.ts'
import type { PlanDefinition } from '../tariff/plan.ts'
import { selectCommands } from './commands.ts'
import { endOverdueCommands } from './overdue.ts'
import { readNow } from './price-routes.ts'
import { meterPricesView } from './price-view-store.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let rig: PriceRig
let next = 0

beforeAll(async () => {
  rig = await priceRig(15)
})
afterAll(() => rig.drop())
beforeEach(() => {
  rig.can = onePhase.capabilities
})

type OnBench = PriceRig['meters'][number]
/** A meter that no test has used yet, with an account. */
const fresh = async (): Promise<OnBench> => {
  const meter = must(rig.meters[next++], 'a meter is left')
  await rig.open(meter.meterId)
  return meter
}
const station = ({ address }: OnBench) => rig.bus.station(address)
const inMeter = (meter: OnBench) => {
  station(meter).virtual.advance(rig.clock.now())
  return station(meter).virtual.state
}
const only = async (command: Awaited<ReturnType<PriceRig['send']>>) =>
  must((await rig.items(command))[0], 'the batch has one command')
const view = (meterId: MeterId) =>
  rig.deps.db.as(rig.complex.clerk, async (tx) =>
    must(
      await meterPricesView(tx, rig.deps, rig.complex.complexId, meterId, 'zh'),
      'the meter is seen',
    ),
  )

let price = 110
/** Each a fen dearer than the one before, so that something is to be pushed. */
const flat = (): PlanDefinition => ({ kind: 'flat', priceE8: ++price * 1_000_000 })
const E4 = () => Array.from({ length: 4 }, () => price * 100)
const SHANGHAI = 'Asia/Shanghai'
const nextHour = (hours: number): Instant =>
  instant(Math.ceil((rig.clock.now() + hours * HOUR_MS) / HOUR_MS) * HOUR_MS)

describe('a push', () => {
  test('is written, waits for its moment, and is in force when it was seen to run', async () => {
    const meter = await fresh()
    const definition: PlanDefinition = {
      kind: 'timeOfUse',
      prices: { peak: { priceE8: 105_410_000 }, valley: { priceE8: 29_650_000 } },
      seasons: [
        allYear({
          workday: [
            { atMinute: 0, period: 'valley' },
            { atMinute: 480, period: 'peak' },
          ],
          weekend: [{ atMinute: 0, period: 'valley' }],
        }),
      ],
    }
    const switchAt = nextHour(2)
    const version = await rig.version(definition, switchAt)
    const { complexId, clerk, planId } = rig.complex
    const { selection } = await selectCommands(rig.deps, clerk, {
      ...{ complexId, kind: 'pushPrice', meterIds: [meter.meterId], params: {} },
    })
    const toCome = { planId, planVersion: version, switchAt: rfc3339(switchAt, SHANGHAI) }
    expect(selection?.meters).toMatchObject([{ price: toCome }])
    expect(selection?.meters[0]?.price?.plan).not.toBe('')
    const command = await rig.send([meter.meterId])
    await rig.settle()
    expect(await only(command)).toMatchObject({
      state: 'confirmed',
      result: {
        answer: 'accepted',
        switchAt: rfc3339(switchAt, SHANGHAI),
        switching: ['prices', 'dayTables'],
      },
    })
    expect(inMeter(meter)).toMatchObject({
      prices: {
        current: [10_500, 10_500, 10_500, 10_500],
        standby: [10_541, 10_541, 10_541, 2_965],
      },
      workDayBits: 0x7f,
    })
    expect(await view(meter.meterId)).toMatchObject({
      match: 'waiting',
      planVersion: 1,
      pendingSwitchAt: rfc3339(switchAt, SHANGHAI),
      order: { state: 'waiting', planVersion: version, commandState: 'confirmed' },
    })
    await rig.clock.advance(switchAt - rig.clock.now() + MINUTE_MS)
    await rig.settle()
    expect(inMeter(meter)).toMatchObject({
      prices: { current: [10_541, 10_541, 10_541, 2_965], secondInForce: true },
      workDayBits: 0x3e,
      restDayTable: 2,
    })
    expect(await view(meter.meterId)).toMatchObject({
      match: 'matches',
      differs: [],
      planVersion: version,
      order: { state: 'inForce' },
      days: { restDays: [0, 6], restDayTable: 2 },
      inForce: { pricesE4: [10_541, 10_541, 10_541, 2_965] },
    })
    const told = await rig.rows<{ action: string }>(
      'select action from audit where subject = $1 order by at, lane_seq',
      [`meter/${meter.meterId}`],
    )
    expect(told.map(({ action }) => action)).toEqual([
      'control.pushPrice',
      'price.written',
      'price.inForce',
    ])
  })

  test('of what holds now is switched as soon as it is written', async () => {
    const meter = await fresh()
    await rig.version(flat())
    const command = await rig.send([meter.meterId])
    await rig.settle()
    expect(await only(command)).toMatchObject({ state: 'confirmed' })
    await rig.clock.advance(10 * MINUTE_MS)
    await rig.settle()
    expect(inMeter(meter).prices.current).toEqual(E4())
    expect(await view(meter.meterId)).toMatchObject({
      match: 'matches',
      order: { state: 'inForce' },
    })
  })

  test('repeated, writes nothing and is confirmed', async () => {
    const meter = await fresh()
    const moment = { switchAt: rfc3339(nextHour(3), SHANGHAI) }
    await rig.version(flat())
    await rig.send([meter.meterId], moment)
    await rig.settle()
    const again = await rig.send([meter.meterId], moment)
    await rig.settle()
    expect(await only(again)).toMatchObject({ state: 'confirmed', attempts: 0 })
    expect(await view(meter.meterId)).toMatchObject({ order: { state: 'waiting' } })
  })

  test('of what runs already has nothing to switch', async () => {
    const meter = await fresh()
    await rig.version({ kind: 'flat', priceE8: 105_000_000 })
    const command = await rig.send([meter.meterId])
    await rig.settle()
    expect(await only(command)).toMatchObject({
      state: 'confirmed',
      attempts: 0,
      result: { switching: [], switchAt: null },
    })
    expect(await view(meter.meterId)).toMatchObject({
      match: 'matches',
      order: { state: 'inForce' },
    })
  })
})

describe('answers prove nothing', () => {
  const pushedWith = async (meter: OnBench) => {
    await rig.version(flat())
    const command = await rig.send([meter.meterId], { switchAt: rfc3339(nextHour(3), SHANGHAI) })
    await rig.settle()
    return only(command)
  }

  test('a lost answer: what stands in the meter decides', async () => {
    const meter = await fresh()
    Object.assign(station(meter).faults, { on: 'write', loseNextReply: 2 })
    expect(await pushedWith(meter)).toMatchObject({ state: 'confirmed' })
    expect(inMeter(meter).prices.standby).toEqual(E4())
  })

  test('a no that was a yes is confirmed by what is read', async () => {
    const meter = await fresh()
    Object.assign(station(meter).faults, { on: 'write', negativeButApplied: true })
    expect(await pushedWith(meter)).toMatchObject({ state: 'confirmed' })
    Object.assign(station(meter).faults, { on: 'any', negativeButApplied: false })
  })

  test('a power cut in the middle: what is missing is written when it is back', async () => {
    const meter = await fresh()
    await rig.version(flat())
    const command = await rig.send([meter.meterId], { switchAt: rfc3339(nextHour(3), SHANGHAI) })
    station(meter).virtual.setPowered(rig.clock.now(), false)
    await rig.round()
    expect(await only(command)).toMatchObject({ state: 'queued' })
    station(meter).virtual.setPowered(rig.clock.now(), true)
    await rig.settle()
    expect(await only(command)).toMatchObject({ state: 'confirmed' })
  })

  test('a meter that keeps saying no fails with its word', async () => {
    const meter = await fresh()
    station(meter).virtual.change(rig.clock.now(), (state) => {
      state.prices.standby = [1, 1, 1]
    })
    expect(await pushedWith(meter)).toMatchObject({
      state: 'failed',
      result: { reason: 'refusedByMeter', item: 'prices', detail: '40 tooManyTariffs' },
    })
    expect(inMeter(meter).prices.switchAt).toBeNull()
    expect(await view(meter.meterId)).toMatchObject({ order: { state: 'failed' } })
  })
})

describe('a set that waits in the meter already', () => {
  const withForeign = async () => {
    const meter = await fresh()
    station(meter).virtual.change(rig.clock.now(), (state) => {
      state.prices.standby = [1, 1, 1, 1]
      state.prices.switchAt = '2612150000'
    })
    await rig.version(flat())
    return meter
  }

  test('of somebody else is not overwritten without consent, and is with it', async () => {
    const meter = await withForeign()
    const refused = await rig.send([meter.meterId])
    await rig.settle()
    expect(await only(refused)).toMatchObject({
      state: 'failed',
      sentAt: null,
      result: { reason: 'price_switch_pending', pendingSwitchAt: '2026-12-15 00:00' },
    })
    expect(inMeter(meter).prices).toMatchObject({ standby: [1, 1, 1, 1], switchAt: '2612150000' })
    const agreed = await rig.send([meter.meterId], { replacePending: true })
    await rig.settle()
    expect(await only(agreed)).toMatchObject({ state: 'confirmed' })
    await rig.clock.advance(10 * MINUTE_MS)
    expect(inMeter(meter).prices.current).toEqual(E4())
  })
})

describe('what is refused before anything is sent', () => {
  const refusalOf = async (meterIds: readonly MeterId[], params = {}) => {
    const sent = rig.bus.sent.length
    const { refused, items } = await rig.send(meterIds, params)
    expect([items, rig.bus.sent.length]).toEqual([[], sent])
    return must(refused[0], 'it is refused')
  }

  test('a plan the meter can’t hold, with every reason', async () => {
    const { meterId } = must(rig.meters[0], 'a meter')
    await rig.version({
      kind: 'flat',
      priceE8: 100_001_000,
      minimumFen: 100,
      basic: { kind: 'demand', perKwE8: 1 },
    })
    expect(await refusalOf([meterId])).toMatchObject({
      code: 'price_not_for_meter',
      problems: [
        { code: 'priceDecimals', title: '电价超过 4 位小数' },
        { code: 'minimum' },
        { code: 'basic' },
      ],
    })
    const { priceTables: _, ...without } = onePhase.capabilities
    rig.can = without
    expect(await refusalOf([meterId])).toMatchObject({ problems: [{ code: 'noTables' }] })
    await rig.version(flat())
  })

  test('a version that the meter has not at that moment', async () => {
    const { meterId } = must(rig.meters[0], 'a meter')
    const { planId } = rig.complex
    expect(await refusalOf([meterId], { planVersion: { planId, version: 1 } })).toMatchObject({
      code: 'price_plan_other',
    })
    await expect(rig.send([meterId], { planVersion: { planId, version: 99 } })).rejects.toThrow(
      'not_found',
    )
  })

  test('a meter of which nothing is known, and one nobody is supplied through', async () => {
    expect(await refusalOf([meterId(999_999)])).toMatchObject({ code: 'not_found' })
    const spare = must(rig.meters.at(-1), 'a meter')
    expect(await refusalOf([spare.meterId])).toMatchObject({ code: 'price_plan_missing' })
  })

  test('a moment that has passed, or is no whole minute', async () => {
    const { meterId } = must(rig.meters[0], 'a meter')
    for (const at of [rig.clock.now(), plusMs(nextHour(1), 1_000)])
      await expect(rig.send([meterId], { switchAt: rfc3339(at, SHANGHAI) })).rejects.toMatchObject({
        facts: { field: 'params.switchAt' },
      })
  })
})

describe('time', () => {
  test('a push that nobody could carry out expires at its deadline', async () => {
    const { meterId } = must(rig.meters[1], 'a meter')
    const drivers = rig.deps.drivers
    Object.assign(rig.deps, { drivers: { of: () => null } })
    await rig.version(flat())
    const command = await rig.send([meterId], { replacePending: true })
    await rig.round()
    await rig.clock.advance(7 * HOUR_MS)
    await rig.round()
    await endOverdueCommands(rig.deps)
    Object.assign(rig.deps, { drivers })
    expect(await only(command)).toMatchObject({ state: 'expired', attempts: 0 })
  })

  test('a meter whose clock is slow is in force when it has switched, not before', async () => {
    const meter = await fresh()
    station(meter).virtual.change(rig.clock.now(), (state) => {
      state.clockOffsetMs = -8 * MINUTE_MS
    })
    const switchAt = nextHour(2)
    await rig.version(flat(), switchAt)
    await rig.send([meter.meterId])
    await rig.settle()
    await rig.clock.advance(switchAt - rig.clock.now() + 2 * MINUTE_MS)
    await rig.round()
    expect(await view(meter.meterId)).toMatchObject({ order: { state: 'waiting' } })
    await rig.clock.advance(10 * MINUTE_MS)
    await rig.settle()
    expect(await view(meter.meterId)).toMatchObject({
      order: { state: 'inForce' },
      match: 'matches',
    })
  })

  test('a meter that lost what waited in it is said so', async () => {
    const meter = must(rig.meters[next - 1], 'a meter')
    const switchAt = nextHour(2)
    await rig.version(flat(), switchAt)
    await rig.send([meter.meterId])
    await rig.settle()
    station(meter).virtual.change(rig.clock.now(), (state) => {
      state.prices.standby = [1, 1, 1, 1]
    })
    await rig.clock.advance(switchAt - rig.clock.now() + 20 * MINUTE_MS)
    await rig.round()
    expect(await view(meter.meterId)).toMatchObject({
      match: 'differs',
      differs: ['prices'],
      order: { state: 'lost' },
    })
  })

  test('a meter that is behind gets what holds now first, the next version after it', async () => {
    const meter = await fresh()
    await rig.version(flat())
    const version = await rig.version(flat(), nextHour(30))
    const { complexId } = rig.complex
    await rig.deps.db.as(systemScope('test', [complexId]), (tx) =>
      readNow(tx, rig.deps, meter.meterId, null),
    )
    await rig.settle()
    const first = await rig.send([meter.meterId])
    await rig.settle()
    expect(await only(first)).toMatchObject({ state: 'confirmed' })
    await rig.clock.advance(10 * MINUTE_MS)
    await rig.settle()
    expect(await view(meter.meterId)).toMatchObject({
      match: 'matches',
      order: { state: 'inForce', planVersion: version - 1 },
    })
    await rig.send([meter.meterId])
    await rig.settle()
    expect(await view(meter.meterId)).toMatchObject({
      match: 'waiting',
      order: { state: 'waiting', planVersion: version },
    })
  })
})

test('a scope that does not see the complex sees none of its prices', async () => {
  const look = (tx: Tx) => tx.query('select from meter_price')
  expect(await rig.deps.db.as(systemScope('test', []), look)).toEqual([])
})
