// A port on which data gateways call 数据网关监听端口: opened with back-off while it is taken, with a
// bound on those who have not yet proved who they are.

import type { Clock } from '../../ports/clock.ts'
import type { LinkClosed, LinkConnection, Net } from '../../ports/net.ts'
import type { Awt100Counters } from './awt100-call.ts'
import { createCrowd } from './crowd.ts'

export type Awt100Port = {
  /** Why it can't be opened; null while it is open or being opened. */
  readonly fault: LinkClosed | null
  /** Closes every connection too. */
  close(): Promise<void>
}

export type Awt100Callees = {
  /** `settled` is called once it no longer counts among the waiting. */
  hear(connection: LinkConnection, from: string, settled: () => void): void
  /** Told once, however often it is tried again. */
  failed(why: LinkClosed): void
}

/** `free`: when the port is free of what we had there before. */
export type Awt100PortDeps = { clock: Clock; net: Net; host: string; free: Promise<void> }

const REOPEN_FIRST_MS = 1_000
const REOPEN_MOST_MS = 30_000
const WAITING_MAX = 256

export const createAwt100Port = (
  { clock, net, host, free }: Awt100PortDeps,
  port: number,
  counters: Awt100Counters,
  callees: Awt100Callees,
): Awt100Port => {
  const stopping = new AbortController()
  const waiting = createCrowd<LinkConnection>(WAITING_MAX)
  let fault: LinkClosed | null = null

  const admit = (connection: LinkConnection, from: string): void => {
    const gone = waiting.admit(connection, from)
    if (gone) counters.crowded += 1
    gone?.close()
    callees.hear(connection, from, () => waiting.leave(connection))
  }

  const unopened = (why: LinkClosed): void => {
    if (fault || stopping.signal.aborted) return
    fault = why
    callees.failed(why)
  }

  const keepOpen = async (): Promise<void> => {
    const { signal } = stopping
    await free
    for (let pauseMs = REOPEN_FIRST_MS; !signal.aborted; ) {
      const opened = await net.listenTcp({ host, port }, (connection, from) => {
        if (signal.aborted) connection.close()
        else admit(connection, from)
      })
      if (opened.ok) {
        fault = null
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve()
          else signal.addEventListener('abort', () => resolve(), { once: true })
        })
        return opened.listening.close()
      }
      unopened({ reason: opened.reason, detail: opened.detail })
      await clock.sleep(pauseMs, signal)
      pauseMs = Math.min(REOPEN_MOST_MS, pauseMs * 2)
    }
  }

  const closed = keepOpen()
  return {
    get fault() {
      return fault
    },
    close: () => {
      stopping.abort()
      for (const connection of waiting.all()) connection.close()
      return closed
    },
  }
}
