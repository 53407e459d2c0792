// The bus 总线: one pair of wires, half duplex, at the speed of its baud rate. Everybody hears a
// request; two who speak at once garble each other, and nobody understands either.

import { appliesTo, distort, type MeterFaults } from './faults.ts'
import type { Timers } from './timers.ts'
import type { Protocol, Scanner } from './wire.ts'

/** 1 start, 8 data, 1 parity, 1 stop. */
const BITS_PER_BYTE = 11
const DUPLICATE_GAP_MS = 30

export type Station<F> = {
  readonly protocol: Protocol<F>
  readonly address: string
  /** Td: from the last byte of the request to the first of the reply. */
  readonly reactionMs: number
  /** Wake-up bytes FE in front of a reply. */
  readonly preamble: number
  readonly faults: MeterFaults
  /** The answer to a request the whole bus heard, or null. */
  onRequest(frame: F, nowMs: number): Buffer | null
}

type Transmission = { startMs: number; endMs: number; garbled: boolean }

export type BusOptions<F> = {
  baud: number
  /** 11 with a parity bit, 10 without. */
  bitsPerByte?: number
  /** 1 is true to life, 0 takes no time at all. */
  pace: number
  timers: Timers
  /** All of one protocol. */
  stations: readonly Station<F>[]
  /** Bytes that reach the gateway from the wires. */
  onBytes: (bytes: Buffer) => void
}

/** What a gateway knows of its wires. */
export type Wires = {
  transmit(bytes: Buffer): void
  /** True, once, where a station's fault wants this request kept back in the gateway. */
  holds(bytes: Buffer): boolean
  readonly collisions: number
}

export class Bus<F> implements Wires {
  readonly #options: BusOptions<F>
  readonly #byteMs: number
  /** Null on a bus without stations: nobody is there to hear anything. */
  readonly #protocol: Protocol<F> | null
  readonly #scanner: Scanner<F> | null
  #onWire: Transmission[] = []
  #gatewayFreeAtMs = 0
  #replies = 0
  /** How often two stations spoke at once. */
  collisions = 0

  constructor(options: BusOptions<F>) {
    const { bitsPerByte = BITS_PER_BYTE, pace, baud, stations } = options
    this.#options = options
    this.#byteMs = (bitsPerByte * 1_000 * pace) / baud
    this.#protocol = stations[0]?.protocol ?? null
    this.#scanner = this.#protocol?.scanner() ?? null
  }

  /** The gateway puts bytes on the wires; it doesn't listen first, as real ones don't. */
  transmit(bytes: Buffer): void {
    const { timers } = this.#options
    const nowMs = timers.monoMs()
    const startMs = Math.max(nowMs, this.#gatewayFreeAtMs)
    const gapMs = startMs - this.#gatewayFreeAtMs
    if (gapMs > (this.#protocol?.gapMaxMs ?? 0)) this.#scanner?.reset()
    const sent = this.#occupy(startMs, bytes.length)
    this.#gatewayFreeAtMs = sent.endMs
    timers.after(sent.endMs - nowMs, () => {
      if (sent.garbled) this.#scanner?.reset()
      else for (const frame of this.#scanner?.push(bytes) ?? []) this.#heard(frame, sent.endMs)
    })
  }

  holds(bytes: Buffer): boolean {
    const protocol = this.#protocol
    const holding = this.#options.stations.filter(({ faults }) => faults.holdNextRequest > 0)
    if (protocol === null || holding.length === 0) return false
    const [frame] = protocol.scanner().push(bytes)
    if (frame === undefined) return false
    const address = protocol.addressOf(frame)
    const faults = holding.find((station) => station.address === address)?.faults
    if (faults === undefined || !appliesTo(faults, protocol, frame)) return false
    faults.holdNextRequest -= 1
    return true
  }

  #occupy(startMs: number, bytes: number): Transmission {
    const nowMs = this.#options.timers.monoMs()
    const own = { startMs, endMs: startMs + bytes * this.#byteMs, garbled: false }
    this.#onWire = this.#onWire.filter(({ endMs }) => endMs > nowMs)
    for (const other of this.#onWire) {
      if (other.startMs >= own.endMs || own.startMs >= other.endMs) continue
      other.garbled = true
      own.garbled = true
      this.collisions += 1
    }
    this.#onWire.push(own)
    return own
  }

  #heard(frame: F, endMs: number): void {
    const { stations, timers, pace } = this.#options
    const wallMs = timers.wallMs()
    const answers = stations.flatMap((station) => {
      const { faults, protocol } = station
      if (faults.silent && appliesTo(faults, protocol, frame)) return []
      const reply = station.onRequest(frame, wallMs)
      return reply === null ? [] : [{ station, reply }]
    })
    // Without pacing nothing lasts, so nothing would overlap: several answers still collide.
    if (pace === 0 && answers.length > 1) {
      this.collisions += 1
      return
    }
    for (const { station, reply } of answers) this.#answer(station, frame, reply, endMs)
  }

  #answer(station: Station<F>, request: F, reply: Buffer, endMs: number): void {
    this.#replies += 1
    const { faults, protocol, address } = station
    const seed = `${address}|${this.#replies}`
    const { copies, lateMs } = distort(faults, { protocol, request, reply }, seed)
    const { timers, pace, onBytes } = this.#options
    let startMs = endMs + station.reactionMs * pace + lateMs
    for (const copy of copies) {
      const bytes = Buffer.concat([Buffer.alloc(station.preamble, 0xfe), copy])
      const sent = this.#occupy(startMs, bytes.length)
      startMs = sent.endMs + DUPLICATE_GAP_MS
      timers.after(sent.endMs - timers.monoMs(), () => {
        if (!sent.garbled) onBytes(bytes)
      })
    }
  }
}
