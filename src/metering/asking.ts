// Asking a device over its bus 询问: a lost question is repeated once where somebody waits for the
// answer; rounds come back to it by themselves.

import type { BusResult } from './bus/job.ts'
import type { Bus } from './bus/session.ts'
import type { Fault, FaultReason, Priority } from './driver.ts'
import type { Request } from './protocol/request.ts'

/** `sendBefore`: monotonic ms. */
export type Ask = <T>(
  request: Request<T>,
  priority: Priority,
  sendBefore?: number,
) => Promise<BusResult<T>>

/** These have a plan that comes back to them; all others have somebody waiting. */
const ROUNDS: readonly Priority[] = ['retry', 'status', 'energy']
const LOST: readonly FaultReason[] = ['timeout', 'bad-reply']

export const fault = (reason: FaultReason, detail: string, mayRetry = false): Fault => ({
  ok: false,
  reason,
  detail,
  mayRetry,
})

export const askingOf = (bus: Pick<Bus, 'submit'>, address: string): Ask => {
  const once: Ask = (request, priority, sendBefore) =>
    bus.submit({ address, request, priority, ...(sendBefore !== undefined && { sendBefore }) })
  return async (request, priority, sendBefore) => {
    const first = await once(request, priority, sendBefore)
    if (first.ok || !request.repeatable || ROUNDS.includes(priority)) return first
    return LOST.includes(first.reason) ? once(request, priority, sendBefore) : first
  }
}
