// The bus 总线: one pair of wires, half duplex, at the speed of its baud rate. Everybody hears a
// request; two who speak at once garble each other, and nobody understands either. Of two stations
// that answer at once the gateway hears what their levels made of it.

import { appliesTo, distort, type MeterFaults } from './faults.ts'
import { drawn } from './meter/site.ts'
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

type Speaker = 'gateway' | 'station'
type Transmission = {
  by: Speaker
  startMs: number
  endMs: number
  garbled: boolean
  /** While another station spoke. */
  spoilt: { fromMs: number; toMs: number }[]
}

/** Bits that two drivers fight over come out as neither of them. */
const garble = (bytes: Buffer, isSpoilt: (at: number) => boolean, seed: string): Buffer =>
  Buffer.from(bytes.map((byte, at) => (isSpoilt(at) ? byte ^ (1 + drawn(255, seed, at)) : byte)))

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
    const sent = this.#occupy(startMs, bytes.length, 'gateway')
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

  #occupy(startMs: number, bytes: number, by: Speaker): Transmission {
    const nowMs = this.#options.timers.monoMs()
    const endMs = startMs + bytes * this.#byteMs
    const own: Transmission = { by, startMs, endMs, garbled: false, spoilt: [] }
    this.#onWire = this.#onWire.filter(({ endMs }) => endMs > nowMs)
    for (const other of this.#onWire) {
      if (other.startMs >= own.endMs || own.startMs >= other.endMs) continue
      other.garbled = true
      own.garbled = true
      this.collisions += 1
      if (by === 'gateway' || other.by === 'gateway') continue
      const fromMs = Math.max(own.startMs, other.startMs)
      const both = { fromMs, toMs: Math.min(own.endMs, other.endMs) }
      other.spoilt.push(both)
      own.spoilt.push(both)
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
      const [{ reply, station } = {}] = answers
      if (reply) this.#options.onBytes(garble(reply, () => true, `${station?.address}`))
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
      const sent = this.#occupy(startMs, bytes.length, 'station')
      startMs = sent.endMs + DUPLICATE_GAP_MS
      timers.after(sent.endMs - timers.monoMs(), () => {
        if (!sent.garbled) onBytes(bytes)
        else if (sent.spoilt.length > 0) onBytes(this.#spoiltBytes(bytes, sent, seed))
      })
    }
  }

  #spoiltBytes(bytes: Buffer, { startMs, spoilt }: Transmission, seed: string): Buffer {
    const isSpoilt = (at: number): boolean => {
      const fromMs = startMs + at * this.#byteMs
      const toMs = fromMs + this.#byteMs
      return spoilt.some((both) => fromMs < both.toMs && both.fromMs < toMs)
    }
    return garble(bytes, isSpoilt, seed)
  }
}
