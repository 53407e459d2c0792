// A trace 报文跟踪: every byte that one asker sends and hears, with its times, beside the bus and
// without changing what happens on it.

import type { Clock } from '../../ports/clock.ts'
import type { Instant } from '../../shared/clock.ts'
import type { BusResult } from '../bus/job.ts'
import type { Bus } from '../bus/session.ts'
import type { Request, StreamReader } from '../protocol/request.ts'

/** Takes one question to the line, as a bus does. */
export type Submit = Bus['submit']

/** Question and answer on the wire; all bytes as hexadecimal text. */
export type TracedExchange = {
  /** As the request names itself, e.g. `read 00900200`. */
  label: string
  /** When it was written to the line; before that it may have waited for others. */
  at: Instant
  /** From the first byte sent to the end of the exchange. */
  tookMs: number
  sent: string
  heard: string
}
export type Told = TracedExchange & {
  /** Null: it was answered. */
  fault: string | null
}

const hex = (bytes: readonly Uint8Array[]): string => Buffer.concat(bytes).toString('hex')

type Open = { label: string; at: Instant; mono: number; sent: Uint8Array; heard: Uint8Array[] }

const listened = (reader: StreamReader, heard: Uint8Array[]): StreamReader => ({
  push: (bytes) => {
    heard.push(Uint8Array.from(bytes))
    return reader.push(bytes)
  },
  idle: () => reader.idle(),
})

/** A bus that tells of each exchange when it has ended; parts of a long answer are exchanges. */
export const traced = (
  clock: Clock,
  bus: { submit: Submit },
  tell: (exchange: Told) => void,
): { submit: Submit } => ({
  submit: async <T>(job: Parameters<typeof bus.submit<T>>[0]): Promise<BusResult<T>> => {
    const opened: Open[] = []
    const end = (fault: string | null): void => {
      const one = opened.pop()
      if (!one) return
      const { label, at, mono, sent, heard } = one
      const tookMs = Math.round(clock.mono() - mono)
      tell({ label, at, tookMs, sent: hex([sent]), heard: hex(heard), fault })
    }
    const listen = (request: Request<T>): Request<T> => ({
      ...request,
      reader: () => {
        const heard: Uint8Array[] = []
        const [at, mono] = [clock.now(), clock.mono()]
        opened.push({ label: request.label, at, mono, sent: request.bytes, heard })
        return listened(request.reader(), heard)
      },
      parse: (raw) => {
        const parsed = request.parse(raw)
        if (parsed.kind !== 'more') return parsed
        end(null)
        return { kind: 'more', next: listen(parsed.next) }
      },
    })
    const result = await bus.submit({ ...job, request: listen(job.request) })
    end(result.ok ? null : `${result.reason} ${result.detail}`.trim())
    return result
  },
})
