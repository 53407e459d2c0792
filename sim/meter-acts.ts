// What a test may do to a meter from outside the wire 测试操作: set its books, move its clock, reset
// it, swap it, load it from somewhere else. All of it is durable when the answer comes.

import { type Static, Type } from 'typebox'
import { meterNow, moveClock, setDrift } from './meter/own-clock.ts'
import { recloseAfterCredit } from './meter/relay.ts'
import { nextSerial, type VirtualMeter } from './meter/virtual-meter.ts'
import type { WitnessedMeter } from './witness.ts'

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

const actOnCircuit = (virtual: VirtualMeter, nowMs: number, act: MeterAction): void => {
  if (act.reset === true) virtual.reset(nowMs)
  if (act.swap !== undefined && act.swap !== false) {
    const meterNo = act.swap === true ? undefined : act.swap.meterNo
    virtual.swap(nowMs, nextSerial(virtual.state), meterNo)
  }
  if (act.pressButton === true) virtual.pressButton(nowMs)
}

/** Money goes to the first circuit, the clock is the device's, the rest is for every circuit. */
export const actOnMeter = (meter: WitnessedMeter, nowMs: number, act: MeterAction): void => {
  const [first] = meter.circuits
  if (act.clockDriftSec !== undefined) {
    const byMs = act.clockDriftSec * 1_000
    for (const circuit of meter.deviceCircuits) {
      circuit.change(nowMs, (state) =>
        moveClock(state, nowMs, meterNow(state, nowMs) - nowMs + byMs),
      )
    }
  }
  if (act.foreignCreditFen !== undefined) first.foreignCredit(act.foreignCreditFen, nowMs)
  if (act.countFirstThenDie === true) first.powerCut = 'countFirst'
  if (act.balanceFirstThenDie === true) first.powerCut = 'balanceFirst'
  for (const circuit of meter.circuits) actOnCircuit(circuit, nowMs, act)
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
    /** Of every rate, in force at once: somebody was at the meter. */
    priceE4: Type.Integer({ minimum: 0 }),
    /** The clock runs fast by so many parts per million from now on; negative: slow. */
    clockPpm: Type.Integer({ minimum: -100_000, maximum: 100_000 }),
    coverOpen: Type.Boolean(),
    terminalCoverOpen: Type.Boolean(),
    /** Somebody has wired round the meter: it counts nothing, its main meter everything. */
    bypassed: Type.Boolean(),
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

/** The energy is the meter's: each circuit gets its share, the first one what is left over. */
const shareOf = (total: number, circuits: number, i: number): number => {
  const share = Math.trunc(total / circuits)
  return i === 0 ? total - share * (circuits - 1) : share
}

const changeClock = (meter: WitnessedMeter, nowMs: number, change: MeterChange): void => {
  const { clockOffsetMs, clockPpm } = change
  if (clockOffsetMs === undefined && clockPpm === undefined) return
  for (const circuit of meter.deviceCircuits) {
    circuit.change(nowMs, (state) => {
      if (clockOffsetMs !== undefined) moveClock(state, nowMs, clockOffsetMs)
      if (clockPpm !== undefined) setDrift(state, nowMs, clockPpm)
    })
  }
}

const changeSite = (virtual: VirtualMeter, nowMs: number, change: MeterChange): void => {
  const { voltageDv, stuckRelay, coverOpen, terminalCoverOpen, powered } = change
  if (voltageDv !== undefined) virtual.site.fixedVoltageDv = voltageDv
  if (stuckRelay !== undefined) virtual.site.stuckRelay = stuckRelay
  if (coverOpen !== undefined) virtual.setCover(nowMs, 'meterCover', coverOpen)
  if (terminalCoverOpen !== undefined) {
    virtual.setCover(nowMs, 'terminalCover', terminalCoverOpen)
  }
  if (powered !== undefined) virtual.setPowered(nowMs, powered)
}

const PLAIN = [
  'purchaseCount',
  'customerNo',
  'opened',
  'overdraftLimitFen',
  'hoardingLimitFen',
  'closingFen',
] as const satisfies readonly (keyof MeterChange)[]

const changeBooks = (virtual: VirtualMeter, nowMs: number, change: MeterChange): void => {
  const { balanceFen, priceE4, bypassed } = change
  virtual.change(nowMs, (state) => {
    if (bypassed !== undefined) {
      state.bypass = { energyWh: 0, rest: 0, ...state.bypass, on: bypassed }
    }
    if (priceE4 !== undefined) state.prices.current = state.prices.current.map(() => priceE4)
    for (const key of PLAIN) {
      if (change[key] !== undefined) Object.assign(state, { [key]: change[key] })
    }
    if (balanceFen === undefined) return
    state.remainingFen = Math.max(balanceFen, 0)
    state.overdraftFen = Math.max(-balanceFen, 0)
    recloseAfterCredit(state, virtual.site, nowMs)
  })
}

export const changeMeter = (meter: WitnessedMeter, nowMs: number, change: MeterChange): void => {
  const { circuits } = meter
  const { energyWh, loadW } = change
  changeClock(meter, nowMs, change)
  circuits.forEach((virtual, i) => {
    virtual.advance(nowMs)
    if (loadW !== undefined) {
      virtual.site.fixedW = loadW === null ? null : shareOf(loadW, circuits.length, i)
    }
    changeSite(virtual, nowMs, change)
    changeBooks(virtual, nowMs, change)
    if (energyWh === undefined) return
    const share = shareOf(energyWh, circuits.length, i)
    virtual.change(nowMs, (state) => {
      state.tariffWh = state.tariffWh.map((_, tariff) => (tariff === FLAT ? share : 0))
    })
  })
}
