// One port of a gateway 串口服务器端口: bytes from any connected client go to its bus, bytes from the
// bus go to every client. It can hold frames back and release them later.

import { createServer, type Server, type Socket } from 'node:net'
import type { Wires } from './bus.ts'
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

export type PortOptions = {
  /** The bus is the n-th of its gateway, counted from 1. */
  ordinal: number
  pace: number
  timers: Timers
  faults: GatewayFaults
  wires: (onBytes: (bytes: Buffer) => void) => Wires
}

export class GatewayPort {
  readonly ordinal: number
  readonly #options: PortOptions
  readonly #wires: Wires
  readonly #clients = new Set<Socket>()
  #held: Buffer[] = []
  #server: Server | null = null
  #port = 0

  constructor(options: PortOptions) {
    this.ordinal = options.ordinal
    this.#options = options
    this.#wires = options.wires((bytes) => this.#toClients(bytes))
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
    return this.#wires.collisions
  }
  get listening(): boolean {
    return this.#server !== null
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

  /** Releases what was held back, in order; returns how many frames. */
  flush(): number {
    const frames = this.#held
    this.#held = []
    const { timers, pace } = this.#options
    frames.forEach((bytes, i) => {
      timers.after(i * FLUSH_GAP_MS * pace, () => this.#wires.transmit(bytes))
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
    if (this.#wires.holds(bytes)) this.#held.push(bytes)
    else this.#wires.transmit(bytes)
  }

  #toClients(bytes: Buffer): void {
    const { faults } = this.#options
    if (faults.silent) return
    const left = faults.cutAfterBytes
    for (const socket of this.#clients) {
      if (left === null || bytes.length < left) socket.write(bytes)
      // end, not destroy: what was sent before the cut must arrive.
      else socket.end(bytes.subarray(0, left))
    }
    if (left === null) return
    faults.cutAfterBytes = bytes.length < left ? left - bytes.length : null
  }
}
