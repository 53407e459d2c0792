// A meter on a bus 总线上的表: the virtual meter together with its wiring, its faults, and the journal
// that must hold what an answer says before the answer leaves.

import type { Station } from './bus.ts'
import { type MeterFaults, noFaults } from './faults.ts'
import type { Journal } from './journal.ts'
import { factoryState } from './meter/factory.ts'
import type { Frame } from './meter/frame.ts'
import { meterNow } from './meter/own-clock.ts'
import { drawn, type MeterIdentity, siteOf } from './meter/site.ts'
import { balanceFenOf, energyWhOf } from './meter/state.ts'
import { VirtualMeter } from './meter/virtual-meter.ts'
import type { Timers } from './timers.ts'

const REACTION_MIN_MS = 20
const REACTION_SPAN_MS = 101
/** Makes differ in how many FE they wake the line with. */
const PREAMBLES = [0, 2, 4]

type Wiring = { gateway: string; dead: boolean; reactionMs?: number; preamble?: number }
type Surroundings = {
  identity: MeterIdentity
  utcOffsetMinutes: number
  seed: number
  load: { factor: number }
}

export class SimulatedMeter implements Station {
  readonly address: string
  readonly gateway: string
  readonly reactionMs: number
  readonly preamble: number
  readonly faults: MeterFaults = noFaults()
  readonly virtual: VirtualMeter
  readonly #timers: Timers
  readonly #journal: Journal | null

  constructor(wiring: Wiring, site: Surroundings, journal: Journal | null, timers: Timers) {
    const { address } = site.identity
    const drawnMs = REACTION_MIN_MS + drawn(REACTION_SPAN_MS, site.seed, address, 'Td')
    this.address = address
    this.gateway = wiring.gateway
    this.reactionMs = wiring.reactionMs ?? drawnMs
    this.preamble = wiring.preamble ?? PREAMBLES[drawn(PREAMBLES.length, address, 'FE')] ?? 0
    this.faults.silent = wiring.dead
    this.#timers = timers
    this.#journal = journal
    const nowMs = timers.wallMs()
    const place = siteOf(site.identity, site)
    const state = journal?.stateOf(address, factoryState(place, nowMs)) ?? null
    this.virtual = new VirtualMeter(place, state, nowMs, (kind) => this.#write(kind === 'money'))
    if (state === null) this.#write(true)
  }

  onRequest(frame: Frame, nowMs: number): Buffer | null {
    return this.virtual.onRequest(frame, nowMs)
  }

  /** Counts up to now and writes it down, without waiting for the disk. */
  flush(): void {
    this.virtual.advance(this.#timers.wallMs())
    this.#write(false)
  }

  #write(durable: boolean): void {
    this.#journal?.write(this.address, this.virtual.state, durable)
  }

  /** Everything a test or an auditor may hold against the ledger. */
  witness() {
    this.flush()
    const nowMs = this.#timers.wallMs()
    const { state, dead } = this.virtual
    const { relay, credits } = state
    return {
      address: this.address,
      gateway: this.gateway,
      meterNo: state.meterNo,
      energyWh: energyWhOf(state),
      tariffWh: state.tariffWh,
      reverseWh: state.reverseWh,
      balanceFen: balanceFenOf(state),
      remainingFen: state.remainingFen,
      overdraftFen: state.overdraftFen,
      purchaseCount: state.purchaseCount,
      customerNo: state.customerNo,
      opened: state.opened,
      relay: relay.open ? (relay.ordered === 'closed' ? 'closePermitted' : 'tripped') : 'closed',
      tripCause: relay.cause,
      kept: state.kept,
      alarm1Fen: state.alarm1Fen,
      alarm2Fen: state.alarm2Fen,
      overdraftLimitFen: state.overdraftLimitFen,
      hoardingLimitFen: state.hoardingLimitFen,
      closingFen: state.closingFen,
      pricesE4: state.prices.current,
      standbyPricesE4: state.prices.standby,
      priceSwitchAt: state.prices.switchAt,
      clockOffsetMs: meterNow(state, nowMs) - nowMs,
      clockPpm: state.clockPpm,
      powered: state.powered,
      freezes: {
        interval: state.intervalFreezes.length,
        daily: state.dailyFreezes.length,
        monthly: state.settlements.length,
      },
      trips: state.trips,
      closings: state.closings,
      credits,
      reactionMs: this.reactionMs,
      dead,
      faults: this.faults,
    }
  }
}
