// Asking a device over its bus 询问: a lost question is repeated once where somebody waits for the
// answer; rounds come back to it by themselves.

import type { BusJob, BusResult } from '../bus/job.ts'
import type { Bus } from '../bus/session.ts'
import type { Fault, FaultReason, Priority } from '../driver.ts'
import type { Request } from '../protocol/request.ts'

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

/** Of many meters on one bus each asks through this, without a closure of its own. */
export const askOver = async <T>(
  bus: Pick<Bus, 'submit'>,
  job: BusJob<T>,
): Promise<BusResult<T>> => {
  const first = await bus.submit(job)
  if (first.ok || !job.request.repeatable || ROUNDS.includes(job.priority)) return first
  return LOST.includes(first.reason) ? bus.submit(job) : first
}

const jobOf = <T>(
  address: string,
  request: Request<T>,
  priority: Priority,
  sendBefore: number | undefined,
): BusJob<T> => ({ address, request, priority, ...(sendBefore !== undefined && { sendBefore }) })

export const askingOf =
  (bus: Pick<Bus, 'submit'>, address: string): Ask =>
  (request, priority, sendBefore) =>
    askOver(bus, jobOf(address, request, priority, sendBefore))
