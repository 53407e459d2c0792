import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { simulatedBus } from '../../../test/simulated-bus.ts'
import { fen } from '../../ledger/money.ts'
import type { Rng } from '../../ports/ids.ts'
import { instant, plusMs } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import type { Dlt645Model } from '../meter-model/model-schema.ts'
import model from '../models/dlt645-prepaid-1p.ts'
import { endAuthentication } from '../protocol/dlt645/commands/wallet.ts'
import { createDlt645Driver } from './dlt645-driver.ts'

const ADDRESS = '202611220001'
const CUSTOMER = '000000000042'
const KEY = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex')
const START = instant(Date.UTC(2026, 10, 22, 2, 20, 30))
/** Long enough for any one operation. */
const PATIENCE_MS = 30_000

let drawn = 0
const rng: Rng = { below: () => 0, bytes: (length) => Buffer.alloc(length, ++drawn) }

const meterWith = (options: { key?: Buffer | null; model?: Dlt645Model } = {}) => {
  const clock = createManualClock(START)
  const world = simulatedBus(clock, [{ address: ADDRESS, initialWh: 1_234_560 }])
  const { bus, station, sent } = world
  const key = options.key === undefined ? KEY : options.key
  const driver = createDlt645Driver(
    {
      bus,
      clock,
      rng,
      keyOf: () => Promise.resolve(key && { bytes: key, scheme: 'invert' as const }),
    },
    {
      meterId: meterId(1),
      address: ADDRESS,
      meterNo: ADDRESS,
      model: options.model ?? model,
      zone: 'Asia/Shanghai',
    },
  )
  const done = async <T>(work: Promise<T>): Promise<T> => {
    let over = false
    void work.finally(() => {
      over = true
    })
    for (let i = 0; i < PATIENCE_MS / 100 && !over; i++) await clock.advance(100)
    return work
  }
  return { clock, driver, bus, sent, meter: station(ADDRESS), done }
}

const credit = (count: number, amountFen: number) => ({
  count,
  amountFen: fen(amountFen),
  customerNo: CUSTOMER,
})

test('a meter from the factory is read as not opened, with its register', async () => {
  const { driver, done } = meterWith()
  expect(await done(driver.readWallet('onDemand'))).toMatchObject({
    ok: true,
    value: { balanceFen: 0, count: 0, opened: false, energyWh: 1_234_560, lastPurchase: null },
  })
})

test('opening and recharging load the meter, and reading back shows it', async () => {
  const { driver, done, meter } = meterWith()
  expect(await done(driver.openAccount(credit(1, 5_000)))).toEqual({
    ok: true,
    value: { answered: 'accepted' },
  })
  expect(await done(driver.recharge(credit(2, 10_000)))).toMatchObject({ ok: true })
  expect(await done(driver.readWallet('recharge'))).toMatchObject({
    ok: true,
    value: {
      remainingFen: 15_000,
      overdraftFen: 0,
      balanceFen: 15_000,
      count: 2,
      customerNo: CUSTOMER,
      opened: true,
      lastPurchase: { count: 2, amountFen: 10_000, beforeFen: 5_000, afterFen: 15_000 },
    },
  })
  expect(meter.virtual.state.credits).toHaveLength(2)
})

test('one authentication serves several credits while it is valid', async () => {
  const { driver, done, sent, clock } = meterWith()
  await done(driver.openAccount(credit(1, 0)))
  expect(sent).toHaveLength(2)
  await done(driver.recharge(credit(2, 100)))
  expect(sent).toHaveLength(3)
  await clock.advance(300_000)
  expect(await done(driver.recharge(credit(3, 100)))).toMatchObject({
    value: { answered: 'accepted' },
  })
  expect(sent).toHaveLength(5)
})

test('an authentication the meter has dropped is made anew, once', async () => {
  const { driver, done, bus, meter } = meterWith()
  await done(driver.openAccount(credit(1, 0)))
  const asker = { address: ADDRESS, operatorCode: '00000001' }
  const ended = bus.submit({
    address: ADDRESS,
    request: endAuthentication(asker),
    priority: 'onDemand',
  })
  await done(ended)
  expect(await done(driver.recharge(credit(2, 100)))).toMatchObject({
    value: { answered: 'accepted' },
  })
  expect(meter.virtual.state.purchaseCount).toBe(2)
})

test('a repeated count is refused by the meter and said so; nothing is loaded twice', async () => {
  const { driver, done, meter } = meterWith()
  await done(driver.openAccount(credit(1, 5_000)))
  await done(driver.recharge(credit(2, 100)))
  const again = await done(driver.recharge(credit(2, 100)))
  expect(again).toMatchObject({ ok: true, value: { answered: 'refused' } })
  expect(again).toMatchObject({ value: { detail: expect.stringContaining('repeatRecharge') } })
  expect(meter.virtual.state.remainingFen).toBe(5_100)
})

test('a credit that goes unanswered is a fault, and is not sent again by the driver', async () => {
  const { driver, done, meter, sent } = meterWith()
  await done(driver.openAccount(credit(1, 0)))
  meter.faults.on = 'credit'
  meter.faults.loseNextReply = 1
  const before = sent.length
  expect(await done(driver.recharge(credit(2, 100)))).toMatchObject({ reason: 'timeout' })
  expect(sent.length).toBe(before + 1)
})

test('a rejected key keeps the driver away before the meter suspends itself', async () => {
  const { driver, done, sent } = meterWith({ key: Buffer.alloc(16, 9) })
  for (let i = 0; i < 6; i++) {
    expect(await done(driver.openAccount(credit(1, 0)))).toMatchObject({
      ok: false,
      reason: 'refused-by-meter',
    })
  }
  expect(sent).toHaveLength(3)
})

test('a meter without a key takes no money, and is not asked', async () => {
  const { driver, done, sent } = meterWith({ key: null })
  expect(await done(driver.recharge(credit(1, 100)))).toMatchObject({ reason: 'not-supported' })
  expect(sent).toHaveLength(0)
})

test('an overdraft shows as a negative balance', async () => {
  const { driver, done, meter, clock } = meterWith()
  meter.virtual.change(clock.now(), (state) => {
    state.remainingFen = 0
    state.overdraftFen = 250
  })
  expect(await done(driver.readStatus('status'))).toMatchObject({
    value: { money: { remainingFen: 0, overdraftFen: 250, balanceFen: -250 } },
  })
})

test('energy comes with its tariffs and the register of what flowed back', async () => {
  const { driver, done, sent } = meterWith()
  const reading = await done(driver.readEnergy('energy'))
  expect(reading).toMatchObject({ value: { energyWh: 1_234_560, reverseWh: 0 } })
  expect(sent).toHaveLength(2)
})

test('a lost question is repeated once where somebody waits for the answer', async () => {
  const { driver, done, meter, sent } = meterWith()
  meter.faults.loseNextReply = 1
  expect(await done(driver.readRelay('onDemand'))).toMatchObject({ ok: true })
  meter.faults.loseNextReply = 1
  const before = sent.length
  expect(await done(driver.readRelay('status'))).toMatchObject({ reason: 'timeout' })
  expect(sent.length).toBe(before + 1)
})

const opened = async () => {
  const world = meterWith()
  await world.done(world.driver.openAccount(credit(1, 5_000)))
  const state = () => world.meter.witness()
  return { ...world, state }
}

test('power comes with every second status reading, and never as a guess', async () => {
  const { driver, done, sent, meter } = await opened()
  meter.virtual.site.fixedW = 1_500
  const before = sent.length
  expect(await done(driver.readStatus('status'))).toMatchObject({ value: { powerW: 1_500 } })
  expect(sent.length).toBe(before + 4)
  expect(await done(driver.readStatus('status'))).toMatchObject({ value: { powerW: null } })
  expect(sent.length).toBe(before + 7)
})

test('INV-21: a trip carries its deadline in the time of a meter ten minutes slow', async () => {
  const { driver, done, meter, clock, state } = await opened()
  meter.virtual.change(clock.now(), (s) => {
    s.clockOffsetMs = -600_000
  })
  expect(await done(driver.readClock('onDemand'))).toMatchObject({ ok: true })
  const answer = await done(driver.orderRelay('trip', plusMs(clock.now(), 120_000)))
  expect(answer).toEqual({ ok: true, value: { answered: 'accepted' } })
  expect(state().relay).toBe('tripped')
  expect(await done(driver.readRelay('relay'))).toMatchObject({ value: { relay: 'tripped' } })
})

test('the clock of a meter is measured before the first order and trusted for hours', async () => {
  const { driver, done, sent, clock } = await opened()
  const before = sent.length
  await done(driver.orderRelay('trip', plusMs(clock.now(), 120_000)))
  expect(sent.length).toBe(before + 2)
  await done(driver.orderRelay('directClose', plusMs(clock.now(), 120_000)))
  expect(sent.length).toBe(before + 3)
})

test('INV-21: an order whose deadline is over is never sent', async () => {
  const { driver, done, sent, clock } = await opened()
  const before = sent.length
  expect(await done(driver.orderRelay('trip', clock.now()))).toMatchObject({
    ok: false,
    reason: 'deadline-passed',
  })
  expect(sent.length).toBe(before)
})

test('keep-power is confirmed by its bit, and a trip under it is refused', async () => {
  const { driver, done, clock } = await opened()
  const soon = () => plusMs(clock.now(), 120_000)
  await done(driver.orderRelay('keepOn', soon()))
  expect(await done(driver.readRelay('relay'))).toMatchObject({ value: { kept: true } })
  expect(await done(driver.orderRelay('trip', soon()))).toMatchObject({
    value: { answered: 'refused', detail: expect.stringContaining('notAuthorised') },
  })
  await done(driver.orderRelay('keepOff', soon()))
  expect(await done(driver.readRelay('relay'))).toMatchObject({ value: { kept: false } })
})

test('an order the model does not know is not sent', async () => {
  const relay = { ...model.capabilities.relay, directClose: false }
  const { driver, done, sent, clock } = meterWith({
    model: { ...model, capabilities: { ...model.capabilities, relay } },
  })
  const order = driver.orderRelay('directClose', plusMs(clock.now(), 120_000))
  expect(await done(order)).toMatchObject({ reason: 'not-supported' })
  expect(sent).toHaveLength(0)
})

test('a clock is measured to the second', async () => {
  const { driver, done, meter, clock } = meterWith()
  meter.virtual.change(clock.now(), (state) => {
    state.clockOffsetMs = 90_000
  })
  const reading = await done(driver.readClock('onDemand'))
  expect(reading.ok && Math.abs(reading.value.offsetMs - 90_000)).toBeLessThan(1_100)
})
