// What a test may do to a meter from outside the wire 测试操作: set its books, move its clock, reset
// it, swap it, load it from somewhere else. All of it is durable when the answer comes.

import { type Static, Type } from 'typebox'
import { meterNow, moveClock, setDrift } from './meter/own-clock.ts'
import { recloseAfterCredit } from './meter/relay.ts'
import { nextSerial } from './meter/virtual-meter.ts'
import type { SimulatedMeter } from './simulated-meter.ts'

const Fen = Type.Integer()
const Digits12 = Type.String({ pattern: '^[0-9]{12}$' })

/** Single acts; each happens once, when it is asked for. */
export const MeterAction = Type.Partial(
  Type.Object({
    /** The clock jumps by so much. */
    clockDriftSec: Type.Integer(),
    reset: Type.Boolean(),
    foreignCreditFen: Type.Integer({ minimum: 0 }),
    swap: Type.Union([Type.Boolean(), Type.Object({ meterNo: Digits12 })]),
    /** The next credit writes the count but not the money, then the meter is dead. */
    countFirstThenDie: Type.Boolean(),
    /** The next credit writes the money but not the count, then the meter is dead. */
    balanceFirstThenDie: Type.Boolean(),
    /** The tenant presses the button. */
    pressButton: Type.Boolean(),
    /** Frames held in this meter's gateway are released. */
    flush: Type.Boolean(),
  }),
)
export type MeterAction = Static<typeof MeterAction>

export const actOnMeter = (meter: SimulatedMeter, nowMs: number, act: MeterAction): void => {
  const { virtual } = meter
  if (act.clockDriftSec !== undefined) {
    const byMs = act.clockDriftSec * 1_000
    virtual.change(nowMs, (state) => moveClock(state, nowMs, meterNow(state, nowMs) - nowMs + byMs))
  }
  if (act.reset === true) virtual.reset(nowMs)
  if (act.foreignCreditFen !== undefined) virtual.foreignCredit(act.foreignCreditFen, nowMs)
  if (act.swap !== undefined && act.swap !== false) {
    const meterNo = act.swap === true ? undefined : act.swap.meterNo
    virtual.swap(nowMs, nextSerial(virtual.state), meterNo)
  }
  if (act.countFirstThenDie === true) virtual.powerCut = 'countFirst'
  if (act.balanceFirstThenDie === true) virtual.powerCut = 'balanceFirst'
  if (act.pressButton === true) virtual.pressButton(nowMs)
}

/** Values put straight into the meter; nothing of it counts as a credit. */
export const MeterChange = Type.Partial(
  Type.Object({
    balanceFen: Fen,
    purchaseCount: Type.Integer({ minimum: 0 }),
    customerNo: Digits12,
    opened: Type.Boolean(),
    energyWh: Type.Integer({ minimum: 0 }),
    clockOffsetMs: Type.Integer(),
    overdraftLimitFen: Fen,
    hoardingLimitFen: Fen,
    closingFen: Fen,
    /** The clock runs fast by so many parts per million from now on; negative: slow. */
    clockPpm: Type.Integer({ minimum: -100_000, maximum: 100_000 }),
    coverOpen: Type.Boolean(),
    terminalCoverOpen: Type.Boolean(),
    /** Without power the meter is silent and counts nothing; power down is recorded (0311). */
    powered: Type.Boolean(),
    /** A fixed power instead of the profile, or null for the profile again; negative feeds back. */
    loadW: Type.Union([Type.Integer(), Type.Null()]),
    /** Fixed phase voltages in tenths of a volt. */
    voltageDv: Type.Union([Type.Array(Type.Integer({ minimum: 0 })), Type.Null()]),
    /** The contacts are welded: power flows although the relay is open. */
    stuckRelay: Type.Boolean(),
  }),
)
export type MeterChange = Static<typeof MeterChange>

const FLAT = 2

export const changeMeter = (meter: SimulatedMeter, nowMs: number, change: MeterChange): void => {
  const { virtual } = meter
  const { site } = virtual
  virtual.advance(nowMs)
  const { balanceFen, energyWh, clockOffsetMs, clockPpm, ...rest } = change
  const { loadW, voltageDv, stuckRelay, coverOpen, terminalCoverOpen, powered, ...plain } = rest
  if (loadW !== undefined) site.fixedW = loadW
  if (voltageDv !== undefined) site.fixedVoltageDv = voltageDv
  if (stuckRelay !== undefined) site.stuckRelay = stuckRelay
  if (coverOpen !== undefined) virtual.setCover(nowMs, 'meterCover', coverOpen)
  if (terminalCoverOpen !== undefined) {
    virtual.setCover(nowMs, 'terminalCover', terminalCoverOpen)
  }
  if (powered !== undefined) virtual.setPowered(nowMs, powered)
  virtual.change(nowMs, (state) => {
    Object.assign(state, plain)
    if (clockOffsetMs !== undefined) moveClock(state, nowMs, clockOffsetMs)
    if (clockPpm !== undefined) setDrift(state, nowMs, clockPpm)
    if (energyWh !== undefined) {
      state.tariffWh = state.tariffWh.map((_, tariff) => (tariff === FLAT ? energyWh : 0))
    }
    if (balanceFen !== undefined) {
      state.remainingFen = Math.max(balanceFen, 0)
      state.overdraftFen = Math.max(-balanceFen, 0)
      recloseAfterCredit(state, site, nowMs)
    }
  })
}
