// A gateway 通讯管理机: a transparent serial server with a TCP port for each of its buses, counted up
// from the first: bus 2 is one port above bus 1.

import { type GatewayFaults, GatewayPort, type PortOptions } from './gateway-port.ts'
import type { Timers } from './timers.ts'

/** Neighbouring ports may belong to others; a fresh first port is drawn so many times. */
const DRAWS_MAX = 20

type GatewayOptions = {
  code: string
  pace: number
  timers: Timers
  buses: readonly Pick<PortOptions, 'ordinal' | 'wires'>[]
}

const portTaken = (fault: unknown): boolean =>
  fault instanceof Error && 'code' in fault && fault.code === 'EADDRINUSE'

export class Gateway {
  readonly code: string
  readonly faults: GatewayFaults = { down: false, silent: false, cutAfterBytes: null }
  /** In the order of their buses. */
  readonly ports: readonly GatewayPort[]

  constructor({ code, pace, timers, buses }: GatewayOptions) {
    this.code = code
    const shared = { pace, timers, faults: this.faults }
    this.ports = buses
      .toSorted((a, b) => a.ordinal - b.ordinal)
      .map((bus) => new GatewayPort({ ...shared, ...bus }))
  }

  /** The port of bus 1, whether or not there is such a bus. */
  get port(): number {
    const first = this.ports[0]
    return first === undefined ? 0 : first.port - first.ordinal + 1
  }
  get held(): number {
    return this.#sum((port) => port.held)
  }
  get clients(): number {
    return this.#sum((port) => port.clients)
  }
  get collisions(): number {
    return this.#sum((port) => port.collisions)
  }
  #sum(of: (port: GatewayPort) => number): number {
    return this.ports.reduce((sum, port) => sum + of(port), 0)
  }

  /** Bus 1 listens on `port`, or on a free one where it is 0. Rejects where a port is taken. */
  async listen(port: number): Promise<void> {
    for (let draw = 1; ; draw++) {
      try {
        return await this.#listenFrom(port)
      } catch (fault) {
        await this.close()
        if (port !== 0 || draw === DRAWS_MAX || !portTaken(fault)) throw fault
      }
    }
  }

  async #listenFrom(port: number): Promise<void> {
    let basePort = port
    for (const one of this.ports) {
      await one.listen(basePort === 0 ? 0 : basePort + one.ordinal - 1)
      basePort = one.port - one.ordinal + 1
    }
  }

  async close(): Promise<void> {
    for (const port of this.ports) await port.close()
  }

  /** Applies what is given and leaves the rest; `down` takes effect before this resolves. */
  async setFaults(change: Partial<GatewayFaults>): Promise<void> {
    Object.assign(this.faults, change)
    if (this.faults.down) await this.close()
    else if (this.ports.some((port) => !port.listening)) await this.listen(this.port)
  }

  /** Releases what was held back on every bus; returns how many frames. */
  flush(): number {
    return this.#sum((port) => port.flush())
  }
}
