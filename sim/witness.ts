// The witness 见证: a meter as the control port sees it, and everything a test or an auditor may
// hold against the ledger. A three-phase user of a multi-circuit device is one meter with three
// circuits.

import type { MeterFaults } from './faults.ts'
import { meterNow } from './meter/own-clock.ts'
import { balanceFenOf, energyWhOf, type MeterState } from './meter/state.ts'
import type { VirtualMeter } from './meter/virtual-meter.ts'

export type WitnessedMeter = {
  readonly address: string
  readonly gateway: string
  readonly bus: number
  readonly reactionMs: number
  readonly faults: MeterFaults
  /** The meter's own circuits: one, or as many as it has channels. */
  readonly circuits: readonly [VirtualMeter, ...VirtualMeter[]]
  /** Every circuit of the device it is part of: they share address and clock. */
  readonly deviceCircuits: readonly VirtualMeter[]
  readonly place: { device: string; channels: readonly number[] } | null
  /** Counts up to now and writes it down, without waiting for the disk. */
  flush(): void
}

const relayWord = ({ relay }: MeterState): 'closed' | 'tripped' | 'closePermitted' => {
  if (!relay.open) return 'closed'
  return relay.ordered === 'closed' ? 'closePermitted' : 'tripped'
}

/** What all circuits agree on, or that they don't. */
const agreed = <T>(values: readonly T[]): T | 'mixed' | undefined =>
  values.every((value) => value === values[0]) ? values[0] : 'mixed'

const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

const money = (state: MeterState) => ({
  balanceFen: balanceFenOf(state),
  remainingFen: state.remainingFen,
  overdraftFen: state.overdraftFen,
  purchaseCount: state.purchaseCount,
  customerNo: state.customerNo,
  opened: state.opened,
  alarm1Fen: state.alarm1Fen,
  alarm2Fen: state.alarm2Fen,
  overdraftLimitFen: state.overdraftLimitFen,
  hoardingLimitFen: state.hoardingLimitFen,
  closingFen: state.closingFen,
  pricesE4: state.prices.current,
  standbyPricesE4: state.prices.standby,
  priceSwitchAt: state.prices.switchAt,
  credits: state.credits,
  reductions: state.reductions,
})

const history = (state: MeterState, nowMs: number) => ({
  clockOffsetMs: meterNow(state, nowMs) - nowMs,
  clockPpm: state.clockPpm,
  powered: state.powered,
  freezes: {
    interval: state.intervalFreezes.length,
    daily: state.dailyFreezes.length,
    monthly: state.settlements.length,
  },
  events: state.events,
  trips: state.trips,
  closings: state.closings,
})

const perCircuit = ({ state }: VirtualMeter, i: number, channels: readonly number[]) => ({
  channel: channels[i] ?? null,
  energyWh: energyWhOf(state),
  relay: relayWord(state),
  tripCause: state.relay.cause,
  kept: state.kept,
})

/** Money and history are those of the first circuit; energies add up. */
export const witnessOf = (meter: WitnessedMeter, nowMs: number) => {
  meter.flush()
  const { address, gateway, bus, circuits, place, reactionMs, faults } = meter
  const states = circuits.map(({ state }) => state)
  const { state, dead } = circuits[0]
  const tariffs = state.tariffWh.map((_, i) => sumOf(states.map((one) => one.tariffWh[i] ?? 0)))
  return {
    address,
    gateway,
    bus,
    ...(place !== null && {
      ...place,
      circuits: circuits.map((circuit, i) => perCircuit(circuit, i, place.channels)),
    }),
    meterNo: state.meterNo,
    energyWh: sumOf(states.map(energyWhOf)),
    tariffWh: tariffs,
    reverseWh: sumOf(states.map((one) => one.reverseWh)),
    ...money(state),
    relay: agreed(states.map(relayWord)),
    tripCause: state.relay.cause,
    kept: states.every((one) => one.kept),
    ...history(state, nowMs),
    reactionMs,
    dead,
    faults,
  }
}
