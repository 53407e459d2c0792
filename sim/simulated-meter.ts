// A meter on a bus 总线上的表: the virtual meter together with its wiring, its faults, and the journal
// that must hold what an answer says before the answer leaves.

import type { Station } from './bus.ts'
import { type MeterFaults, noFaults } from './faults.ts'
import type { Journal } from './journal.ts'
import { DLT645 } from './meter/dlt645-wire.ts'
import { factoryState } from './meter/factory.ts'
import type { Frame } from './meter/frame.ts'
import { drawn, type MeterIdentity, siteOf } from './meter/site.ts'
import { VirtualMeter } from './meter/virtual-meter.ts'
import type { Timers } from './timers.ts'
import { type WitnessedMeter, witnessOf } from './witness.ts'

const REACTION_MIN_MS = 20
const REACTION_SPAN_MS = 101
/** Makes differ in how many FE they wake the line with. */
const PREAMBLES = [0, 2, 4]

export type Surroundings = { utcOffsetMinutes: number; seed: number; load: { factor: number } }

/** Td of a station, one each and always the same. */
export const drawnReactionMs = (seed: number, address: string): number =>
  REACTION_MIN_MS + drawn(REACTION_SPAN_MS, seed, address, 'Td')

/** A virtual meter as the journal left it, or fresh from the factory; it writes itself down. */
export const keptMeter = (
  identity: MeterIdentity,
  surroundings: Surroundings,
  journal: Journal | null,
  nowMs: number,
): VirtualMeter => {
  const site = siteOf(identity, surroundings)
  const state = journal?.stateOf(identity.address, factoryState(site, nowMs)) ?? null
  const meter: VirtualMeter = new VirtualMeter(site, state, nowMs, (kind) =>
    journal?.write(identity.address, meter.state, kind === 'money'),
  )
  if (state === null) journal?.write(identity.address, meter.state, true)
  return meter
}

export type Wiring = {
  gateway: string
  bus?: number
  dead: boolean
  reactionMs?: number
  preamble?: number
}

export class SimulatedMeter implements Station<Frame>, WitnessedMeter {
  readonly protocol = DLT645
  readonly place = null
  readonly address: string
  readonly gateway: string
  readonly bus: number
  readonly reactionMs: number
  readonly preamble: number
  readonly faults: MeterFaults = noFaults()
  readonly virtual: VirtualMeter
  readonly #timers: Timers

  constructor(
    wiring: Wiring,
    site: Surroundings & { identity: MeterIdentity },
    journal: Journal | null,
    timers: Timers,
  ) {
    const { address } = site.identity
    this.address = address
    this.gateway = wiring.gateway
    this.bus = wiring.bus ?? 1
    this.reactionMs = wiring.reactionMs ?? drawnReactionMs(site.seed, address)
    this.preamble = wiring.preamble ?? PREAMBLES[drawn(PREAMBLES.length, address, 'FE')] ?? 0
    this.faults.silent = wiring.dead
    this.#timers = timers
    this.virtual = keptMeter(site.identity, site, journal, timers.wallMs())
  }

  get circuits(): [VirtualMeter] {
    return [this.virtual]
  }
  get deviceCircuits(): [VirtualMeter] {
    return [this.virtual]
  }

  onRequest(frame: Frame, nowMs: number): Buffer | null {
    return this.virtual.onRequest(frame, nowMs)
  }

  flush(): void {
    this.virtual.settle(this.#timers.wallMs())
  }

  witness() {
    return witnessOf(this, this.#timers.wallMs())
  }
}
