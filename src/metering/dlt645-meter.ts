// One DL/T 645 meter on its bus: what the parts of the driver share. It asks, and repeats a lost
// question once where somebody waits for the answer.

import type { Clock } from '../ports/clock.ts'
import type { Rng } from '../ports/ids.ts'
import type { MeterId } from '../shared/ids.ts'
import type { Bus, BusResult } from './bus/session.ts'
import type { Fault, FaultReason, Priority } from './driver.ts'
import type { MeterModel, MeterQuirk } from './meter-model.ts'
import type { Asker } from './protocol/dlt645/commands/wallet.ts'
import type { Request } from './protocol/request.ts'
import type { WalletKey } from './protocol/secure/wallet-key.ts'

export type MeterOnBus = {
  meterId: MeterId
  /** 12 digits. */
  address: string
  /** 12 digits; keys are diversified by it. */
  meterNo: string
  model: MeterModel
  /** The meter keeps local time of this zone. */
  zone: string
}

export type DriverDeps = {
  bus: Bus
  clock: Clock
  rng: Rng
  /** Null where the centre holds no key for the meter. Never logged. */
  keyOf(meter: MeterId): Promise<WalletKey | null>
}

export type Dlt645Meter = DriverDeps & {
  readonly at: MeterOnBus
  readonly asker: Asker
  has(quirk: MeterQuirk): boolean
  /** `sendBefore`: monotonic ms. */
  ask<T>(request: Request<T>, priority: Priority, sendBefore?: number): Promise<BusResult<T>>
}

/** These have a plan that comes back to them; all others have somebody waiting. */
const ROUNDS: readonly Priority[] = ['retry', 'status', 'energy']
const LOST: readonly FaultReason[] = ['timeout', 'bad-reply']

export const fault = (reason: FaultReason, detail: string, mayRetry = false): Fault => ({
  ok: false,
  reason,
  detail,
  mayRetry,
})

export const dlt645Meter = (deps: DriverDeps, at: MeterOnBus): Dlt645Meter => {
  const { address, model } = at
  const once = <T>(
    request: Request<T>,
    priority: Priority,
    sendBefore: number | undefined,
  ): Promise<BusResult<T>> =>
    deps.bus.submit({
      address,
      request,
      priority,
      ...(sendBefore !== undefined && { sendBefore }),
    })
  return {
    ...deps,
    at,
    asker: { address, operatorCode: model.authority.operatorCode },
    has: (quirk) => model.quirks.includes(quirk),
    ask: async (request, priority, sendBefore) => {
      const first = await once(request, priority, sendBefore)
      if (first.ok || !request.repeatable || ROUNDS.includes(priority)) return first
      return LOST.includes(first.reason) ? once(request, priority, sendBefore) : first
    },
  }
}
