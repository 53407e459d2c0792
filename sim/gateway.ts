// A gateway 通讯管理机: a transparent serial server. Bytes from any connected client go to the bus,
// bytes from the bus go to every client. It can hold frames back and release them later.

import { createServer, type Server, type Socket } from 'node:net'
import { Bus, type Station } from './bus.ts'
import { appliesTo } from './faults.ts'
import { decodeFrame } from './meter/frame.ts'
import type { Timers } from './timers.ts'

const HOST = '127.0.0.1'
/** Held frames are released one after another, so that they don't garble each other. */
const FLUSH_GAP_MS = 400

export type GatewayFaults = {
  /** Refuses and closes connections. */
  down: boolean
  /** Takes bytes and gives nothing back. */
  silent: boolean
  /** Closes every connection after so many more bytes to the clients. */
  cutAfterBytes: number | null
}

type GatewayOptions = {
  code: string
  baud: number
  pace: number
  timers: Timers
  stations: readonly Station[]
}

export class Gateway {
  readonly code: string
  readonly faults: GatewayFaults = { down: false, silent: false, cutAfterBytes: null }
  readonly #bus: Bus
  readonly #options: GatewayOptions
  readonly #stations: Map<string, Station>
  readonly #clients = new Set<Socket>()
  #held: Buffer[] = []
  #server: Server | null = null
  #port = 0

  constructor(options: GatewayOptions) {
    this.code = options.code
    this.#options = options
    this.#stations = new Map(options.stations.map((station) => [station.address, station]))
    this.#bus = new Bus({ ...options, onBytes: (bytes) => this.#toClients(bytes) })
  }

  get port(): number {
    return this.#port
  }
  get held(): number {
    return this.#held.length
  }
  get clients(): number {
    return this.#clients.size
  }
  get collisions(): number {
    return this.#bus.collisions
  }

  /** Listens on `port`, or on a free one where it is 0. Rejects where the port is taken. */
  listen(port: number): Promise<void> {
    const server = createServer((socket) => this.#accept(socket))
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port, host: HOST, exclusive: true }, () => {
        const address = server.address()
        if (address !== null && typeof address === 'object') this.#port = address.port
        this.#server = server
        resolve()
      })
    })
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = null
    for (const socket of this.#clients) socket.destroy()
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  /** Applies what is given and leaves the rest; `down` takes effect before this resolves. */
  async setFaults(change: Partial<GatewayFaults>): Promise<void> {
    Object.assign(this.faults, change)
    if (this.faults.down) await this.close()
    else if (this.#server === null) await this.listen(this.#port)
  }

  /** Releases what was held back, in order; returns how many frames. */
  flush(): number {
    const frames = this.#held
    this.#held = []
    const gapMs = FLUSH_GAP_MS * this.#options.pace
    frames.forEach((bytes, i) => {
      this.#options.timers.after(i * gapMs, () => this.#bus.transmit(bytes))
    })
    return frames.length
  }

  #accept(socket: Socket): void {
    socket.setNoDelay(true)
    this.#clients.add(socket)
    socket.on('data', (bytes) => this.#fromClient(Buffer.from(bytes)))
    // A broken connection is an everyday event; 'close' follows and is all that matters.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#clients.delete(socket))
  }

  #fromClient(bytes: Buffer): void {
    if (this.#holds(bytes)) this.#held.push(bytes)
    else this.#bus.transmit(bytes)
  }

  #holds(bytes: Buffer): boolean {
    const frame = decodeFrame(bytes)
    const faults = frame === null ? undefined : this.#stations.get(frame.address)?.faults
    if (frame === null || faults === undefined) return false
    if (faults.holdNextRequest === 0 || !appliesTo(faults, frame)) return false
    faults.holdNextRequest -= 1
    return true
  }

  #toClients(bytes: Buffer): void {
    if (this.faults.silent) return
    const left = this.faults.cutAfterBytes
    for (const socket of this.#clients) {
      if (left === null || bytes.length < left) socket.write(bytes)
      // end, not destroy: what was sent before the cut must arrive.
      else socket.end(bytes.subarray(0, left))
    }
    if (left === null) return
    this.faults.cutAfterBytes = bytes.length < left ? left - bytes.length : null
  }
}
