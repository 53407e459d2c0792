import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { simulatedBus } from '../../../test/simulated-bus.ts'
import { fen } from '../../ledger/money.ts'
import { must } from '../../shared/assert.ts'
import { instant } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import type { ModelCapabilities, SettingName } from '../driver.ts'
import model from '../models/dlt645-prepaid-1p.ts'
import { SETTING_NAMES } from '../setting-names.ts'
import { createDlt645Driver } from './dlt645-driver.ts'

const ADDRESS = '202611220001'
const CUSTOMER = '000000000042'
const KEY = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex')
const ORDER = '0001000000000042'
const TURNS = 300

const loadedMeter = async (reduce: ModelCapabilities['reduce']) => {
  const clock = createManualClock(instant(Date.UTC(2026, 10, 22, 2, 20, 30)))
  const { bus, station, sent } = simulatedBus(clock, [{ address: ADDRESS, initialWh: 1_000 }])
  const driver = createDlt645Driver(
    {
      bus,
      clock,
      rng: { below: () => 0, bytes: (length) => Buffer.alloc(length, 7) },
      keyOf: () => Promise.resolve({ bytes: KEY, scheme: 'invert' }),
    },
    {
      meterId: meterId(1),
      address: ADDRESS,
      meterNo: ADDRESS,
      model: { ...model, capabilities: { ...model.capabilities, reduce } },
      zone: 'Asia/Shanghai',
    },
  )
  const done = async <T>(work: Promise<T>): Promise<T> => {
    let over = false
    void work.finally(() => {
      over = true
    })
    for (let i = 0; i < TURNS && !over; i++) await clock.advance(100)
    return work
  }
  const opening = { count: 1, amountFen: fen(5_000), customerNo: CUSTOMER }
  await done(driver.openAccount(opening))
  return { driver, done, sent, meter: station(ADDRESS).virtual, station: station(ADDRESS) }
}

const order = (amountFen: number) => ({
  amountFen: fen(amountFen),
  orderNo: ORDER,
  customerNo: CUSTOMER,
})

test('a refund takes the money out, under the order number that the meter keeps', async () => {
  const { driver, done, meter } = await loadedMeter('refund')
  expect(await done(driver.reduce(order(1_200)))).toEqual({
    ok: true,
    value: { answered: 'accepted' },
  })
  expect(meter.state.reductions).toMatchObject([{ amountFen: 1_200, orderNo: ORDER }])
  const readRefund = must(driver.readRefund, 'it keeps records').bind(driver)
  expect(await done(readRefund('recharge'))).toMatchObject({
    ok: true,
    value: { amountFen: 1_200, beforeFen: 5_000, afterFen: 3_800 },
  })
  expect(await done(driver.readWallet('recharge'))).toMatchObject({
    value: { remainingFen: 3_800, count: 1 },
  })
})

test('more than remains is refused by the meter and said so', async () => {
  const { driver, done, meter } = await loadedMeter('refund')
  expect(await done(driver.reduce(order(5_001)))).toMatchObject({
    ok: true,
    value: { answered: 'refused' },
  })
  expect(meter.state.reductions).toEqual([])
})

test('a lost answer is a fault, and the order is never sent again by the driver', async () => {
  const { driver, done, station, meter, sent } = await loadedMeter('refund')
  const before = sent.length
  station.faults.loseNextReply = 1
  expect(await done(driver.reduce(order(1_000)))).toMatchObject({ ok: false, reason: 'timeout' })
  expect(sent.length - before).toBe(1)
  expect(meter.state.remainingFen).toBe(4_000)
})

test('an initialised wallet holds nothing, counts from zero and is not opened', async () => {
  const { driver, done } = await loadedMeter('reinitialise')
  expect(await done(driver.initialiseWallet())).toEqual({
    ok: true,
    value: { answered: 'accepted' },
  })
  expect(await done(driver.readWallet('recharge'))).toMatchObject({
    value: { remainingFen: 0, count: 0, opened: false, energyWh: 1_000 },
  })
})

test('a model is only asked for what it can', async () => {
  const { driver, done, sent } = await loadedMeter('none')
  const before = sent.length
  for (const asked of [driver.reduce(order(100)), driver.initialiseWallet()])
    expect(await done(asked)).toMatchObject({ ok: false, reason: 'not-supported' })
  expect(sent.length).toBe(before)
})

test('thresholds are written one by one and read back; alarm 1 stays above alarm 2', async () => {
  const { driver, done } = await loadedMeter('refund')
  const read = must(driver.readSettings, 'it holds thresholds').bind(driver)
  const write = must(driver.writeSettings, 'it takes them').bind(driver)
  const to = (name: SettingName, value: number) => ({ name, value })
  const money = [to('alarm1Fen', 9_000), to('alarm2Fen', 4_000), to('overdraftFen', 500)]
  const overload = [to('overloadW', 5_000), to('overloadDelaySeconds', 45)]
  expect(await done(write([...money, to('hoardingFen', 800_000), ...overload]))).toEqual({
    ok: true,
    value: { answered: 'accepted' },
  })
  expect(await done(read(SETTING_NAMES))).toEqual({
    ok: true,
    value: {
      ...{ alarm1Fen: 9_000, alarm2Fen: 4_000, overdraftFen: 500, hoardingFen: 800_000 },
      ...{ overloadW: 5_000, overloadDelaySeconds: 45 },
    },
  })
  expect(await done(write([to('alarm2Fen', 9_500), to('overdraftFen', 0)]))).toMatchObject({
    value: { answered: 'refused', detail: expect.stringMatching(/^alarm2Fen/) },
  })
  expect(await done(read(['alarm2Fen', 'overdraftFen']))).toMatchObject({
    value: { alarm2Fen: 4_000, overdraftFen: 500 },
  })
})
