// What is asked of a bus 总线作业: a question with its urgency, how it can end, and the forms in which
// the session keeps it until then.

import type { Fault, Priority } from '../driver.ts'
import type { Reply, Request } from '../protocol/request.ts'
import type { Wire } from './exchange.ts'

export type BusResult<T> = Reply<T> | Fault

export type BusJob<T> = {
  /**
   * Whom it asks. Reply times are learned per address, and one that left a request unanswered is
   * not asked again while that answer may still come: refusals do not say what they refuse.
   */
  address: string
  request: Request<T>
  priority: Priority
  /** Monotonic ms: not sent at or after this moment. */
  sendBefore?: number
  /**
   * Nobody may be there, who may think so long (ms): the silence of such an address says nothing of
   * the line, and nothing is learned from it.
   */
  probeMs?: number
}

const fault = (reason: Fault['reason'], mayRetry: boolean, detail = ''): Fault => ({
  ok: false,
  reason,
  detail,
  mayRetry,
})
export const OFFLINE = fault('gateway-offline', true)
export const TIMEOUT = fault('timeout', true)
export const GARBLED = fault('bad-reply', true, 'garbled')
export const TOO_MANY_PARTS = fault('bad-reply', false, 'too many parts')
export const DEADLINE_PASSED = fault('deadline-passed', false)
export const STOPPED = fault('stopped', true)

export type Waiting = {
  priority: Priority
  address: string
  alike: string
  sendBefore: number
  begin(wire: Wire, now: number): void
  refuse(fault: Fault): void
}

/** What answers to like questions share; empty where each answer names its own question. */
export const alikeOf = (address: string, { alike, label }: Request<unknown>): string =>
  alike === null ? '' : `${address} ${alike ?? label}`
