// The bus 总线: one pair of wires, half duplex, at the speed of its baud rate. Everybody hears a
// request; two who speak at once garble each other, and nobody understands either.

import { appliesTo, distort, type MeterFaults } from './faults.ts'
import { type Frame, FrameScanner } from './meter/frame.ts'
import type { Timers } from './timers.ts'

/** 1 start, 8 data, 1 parity, 1 stop. */
const BITS_PER_BYTE = 11
/** The longest pause the standard allows inside a frame. */
const BYTE_GAP_MAX_MS = 500
const DUPLICATE_GAP_MS = 30

export type Station = {
  readonly address: string
  /** Td: from the last byte of the request to the first of the reply. */
  readonly reactionMs: number
  /** Wake-up bytes FE in front of a reply. */
  readonly preamble: number
  readonly faults: MeterFaults
  /** The answer to a request the whole bus heard, or null. */
  onRequest(frame: Frame, nowMs: number): Buffer | null
}

type Transmission = { startMs: number; endMs: number; garbled: boolean }

type BusOptions = {
  baud: number
  /** 1 is true to life, 0 takes no time at all. */
  pace: number
  timers: Timers
  stations: readonly Station[]
  /** Bytes that reach the gateway from the wires. */
  onBytes: (bytes: Buffer) => void
}

export class Bus {
  readonly #options: BusOptions
  readonly #byteMs: number
  readonly #scanner = new FrameScanner()
  #onWire: Transmission[] = []
  #gatewayFreeAtMs = 0
  #replies = 0
  /** How often two stations spoke at once. */
  collisions = 0

  constructor(options: BusOptions) {
    this.#options = options
    this.#byteMs = (BITS_PER_BYTE * 1_000 * options.pace) / options.baud
  }

  /** The gateway puts bytes on the wires; it doesn't listen first, as real ones don't. */
  transmit(bytes: Buffer): void {
    const { timers } = this.#options
    const nowMs = timers.monoMs()
    const startMs = Math.max(nowMs, this.#gatewayFreeAtMs)
    if (startMs - this.#gatewayFreeAtMs > BYTE_GAP_MAX_MS) this.#scanner.reset()
    const sent = this.#occupy(startMs, bytes.length)
    this.#gatewayFreeAtMs = sent.endMs
    timers.after(sent.endMs - nowMs, () => {
      if (sent.garbled) this.#scanner.reset()
      else for (const frame of this.#scanner.push(bytes)) this.#heard(frame, sent.endMs)
    })
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

  #heard(frame: Frame, endMs: number): void {
    const { stations, timers, pace } = this.#options
    const wallMs = timers.wallMs()
    const answers = stations.flatMap((station) => {
      if (station.faults.silent && appliesTo(station.faults, frame)) return []
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

  #answer(station: Station, request: Frame, reply: Buffer, endMs: number): void {
    this.#replies += 1
    const { copies, lateMs } = distort(station.faults, request, reply, this.#replies)
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
