// The ports on which gateways call us 监听端口: one port serves many gateways. A caller says who it is
// with its first bytes, or is refused and remembered, so that an engineer can find it by them.

import type { Clock } from '../../ports/clock.ts'
import type { Net } from '../../ports/net.ts'
import type { Expected, HubCounters, PortState, UnknownCaller } from './caller.ts'
import { ListenPort, type PortRecords } from './listen-port.ts'
import { createUnknownCallers } from './unknown-callers.ts'

export type ListenHub = {
  /** Opens the port with the first that wants it; closes it after the last has left. */
  expect(expected: Expected): { leave(): void }
  /** The latest first. */
  unknownCallers(): readonly UnknownCaller[]
  ports(): readonly PortState[]
  readonly counters: Readonly<HubCounters>
  /** Closes every port and every connection that has not been handed on. */
  stop(): Promise<void>
}

/** `host`: where to listen; empty for every address of this machine. */
export type ListenHubDeps = { clock: Clock; net: Net; host: string }

export const createListenHub = (deps: ListenHubDeps): ListenHub => {
  const unknown = createUnknownCallers()
  const counters: HubCounters = { taken: 0, unknown: 0, silent: 0, replaced: 0, crowded: 0 }
  const records: PortRecords = { counters, unknown }
  const ports = new Map<number, ListenPort>()
  const closing = new Map<number, Promise<void>>()

  const close = (number: number): void => {
    const port = ports.get(number)
    if (!port) return
    ports.delete(number)
    const closed = port.close().finally(() => {
      if (closing.get(number) === closed) closing.delete(number)
    })
    closing.set(number, closed)
  }
  const portOf = (number: number): ListenPort => {
    const known = ports.get(number)
    if (known) return known
    // A port that we are just closing ourselves is not taken by another program.
    const free = closing.get(number) ?? Promise.resolve()
    const opened = new ListenPort({ ...deps, free }, number, records)
    ports.set(number, opened)
    return opened
  }

  return {
    counters,
    unknownCallers: () => unknown.list(),
    ports: () => [...ports.values()].map((port) => port.state),
    expect: (expected) => {
      const port = portOf(expected.port)
      port.add(expected)
      return {
        leave: () => {
          if (port.remove(expected) && port.deserted) close(expected.port)
        },
      }
    },
    stop: async () => {
      for (const port of [...ports.keys()]) close(port)
      await Promise.all(closing.values())
    },
  }
}
