// Taking all out of the real simulated meter while it feeds a shop 带载退电: its own wire, its own
// deductions, its own refusals.

import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { simulatedBus } from '../../test/simulated-bus.ts'
import { fen } from '../ledger/money.ts'
import { createDlt645Driver } from '../metering/drivers/dlt645-driver.ts'
import model from '../metering/models/dlt645-prepaid-1p.ts'
import { instant } from '../shared/clock.ts'
import { meterId } from '../shared/ids.ts'
import { readSeen } from './read-seen.ts'
import {
  decideReduction,
  loadedReduction,
  observeReduction,
  type ReductionAction,
  type ReductionBooks,
  type ReductionResult,
  type ReductionView,
} from './reduce-machine.ts'

const ADDRESS = '202611220001'
const CUSTOMER = '000000000042'
const KEY = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex')
const FIRST_FEN = 5_000
/** What the simulated meter charges for a kWh. */
const PRICE_E4 = 10_500
const TURNS = 400
const STEPS_MAX = 12

const BOOKS: ReductionBooks = {
  ...{ customerNo: CUSTOMER, lastAssigned: 1, countModulus: 65_536, reduce: 'refund' },
  ...{ dearestPriceE8: PRICE_E4 * 10_000, moneyStepFen: 1 },
  ...{ onHold: false, armed: false, tripping: false, anchor: { balanceFen: FIRST_FEN } },
}

const shopWith = async (records: boolean) => {
  const clock = createManualClock(instant(Date.UTC(2026, 10, 22, 2, 20, 30)))
  const wires = simulatedBus(clock, [{ address: ADDRESS, priceE4: PRICE_E4 }])
  const capabilities = { ...model.capabilities, refundRecord: records }
  const driver = createDlt645Driver(
    {
      bus: wires.bus,
      clock,
      rng: { below: () => 0, bytes: (length) => Buffer.alloc(length, 7) },
      keyOf: () => Promise.resolve({ bytes: KEY, scheme: 'invert' }),
    },
    {
      ...{ meterId: meterId(1), address: ADDRESS, meterNo: ADDRESS, zone: 'Asia/Shanghai' },
      model: { ...model, capabilities },
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
  await done(driver.openAccount({ count: 1, amountFen: fen(FIRST_FEN), customerNo: CUSTOMER }))
  return { clock, driver, done, meter: wires.station(ADDRESS).virtual }
}

type Rig = Awaited<ReturnType<typeof shopWith>>
type Ended = { state: string; askedFen: number | null; last: ReductionAction; view: ReductionView }

const perform = async (
  { clock, driver, done }: Rig,
  view: ReductionView,
  action: ReductionAction,
): Promise<ReductionResult> => {
  switch (action.do) {
    case 'read': {
      const outcome = await done(readSeen(driver, view.reduction, 'refund'))
      return outcome.ok
        ? { kind: 'read', reading: outcome.value }
        : { kind: 'fault', reason: outcome.reason }
    }
    case 'send': {
      const amountFen = fen(action.amountFen)
      await done(driver.reduce({ amountFen, orderNo: '0001000000000042', customerNo: CUSTOMER }))
      return { kind: 'sent' }
    }
    default:
      return { kind: 'committed', at: clock.now() }
  }
}

const takeAll = async (rig: Rig): Promise<Ended> => {
  const row = { state: 'QUEUED', purpose: 'close', wantedFen: null, askedFen: null } as const
  let view = loadedReduction({ ...row, before: null, sends: 0, sentAt: null }, BOOKS)
  for (let step = 0; step < STEPS_MAX; step++) {
    const action = decideReduction(view)
    if (action.do === 'wait' || action.do === 'stop') throw new Error(action.reason)
    view = observeReduction(view, action, await perform(rig, view, action))
    const { state, askedFen } = view.reduction
    if (state === 'DONE' || state === 'HOLD') return { state, askedFen, last: action, view }
  }
  throw new Error('no end')
}

describe.each([true, false])('a meter that keeps records of refunds: %s', (records) => {
  test.each([0, 900, 12_000, 60_000])(
    'gives all but a margin while it feeds %d W',
    async (watts) => {
      const rig = await shopWith(records)
      rig.meter.site.fixedW = watts
      await rig.clock.advance(30_000)
      const { state, askedFen, last, view } = await takeAll(rig)
      expect([state, rig.meter.state.reductions.length]).toEqual(['DONE', 1])
      expect(rig.meter.state.reductions[0]?.amountFen).toBe(askedFen)
      const reading = last.do === 'done' ? last.reading : null
      const before = view.reduction.before
      const usedFen = (before?.balanceFen ?? 0) - (askedFen ?? 0) - (reading?.balanceFen ?? 0)
      expect(reading?.balanceFen).toBeGreaterThanOrEqual(0)
      expect(usedFen).toBeGreaterThanOrEqual(0)
      expect(usedFen).toBeLessThan((before?.balanceFen ?? 0) - (askedFen ?? 0))
    },
  )

  test('gives everything when it is tripped', async () => {
    const rig = await shopWith(records)
    rig.meter.site.fixedW = 3_000
    await rig.done(rig.driver.orderRelay('trip', instant(rig.clock.now() + 60_000)))
    await rig.clock.advance(5_000)
    const { state } = await takeAll(rig)
    expect([state, rig.meter.state.remainingFen]).toEqual(['DONE', 0])
  })
})
