// One DL/T 645 meter on its bus: what the parts of the driver share, and
// by what right the meter is asked to change something.

import type { Clock } from '../../ports/clock.ts'
import type { Rng } from '../../ports/ids.ts'
import type { MeterId } from '../../shared/ids.ts'
import type { BusResult } from '../bus/job.ts'
import type { Bus } from '../bus/session.ts'
import type { Priority } from '../driver.ts'
import type { Dlt645Model } from '../meter-model/model-schema.ts'
import type { Asker } from '../protocol/dlt645/commands/wallet.ts'
import type { Authority } from '../protocol/dlt645/commands/write.ts'
import type { Request } from '../protocol/request.ts'
import type { WalletKey } from '../protocol/secure/wallet-key.ts'
import { askOver } from './asking.ts'

export type MeterOnBus = {
  meterId: MeterId
  /** 12 digits. */
  address: string
  /** 12 digits; keys are diversified by it. */
  meterNo: string
  model: Dlt645Model
  /** The meter keeps local time of this zone. */
  zone: string
  /** As stored for this meter; its own password lies over the factory's. */
  settings?: unknown
}

export type DriverDeps = {
  bus: Pick<Bus, 'submit'>
  clock: Clock
  rng: Rng
  /** Null where the centre holds no key for the meter. Never logged. */
  keyOf(meter: MeterId): Promise<WalletKey | null>
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const textLike = (value: unknown, pattern: RegExp): string | null =>
  typeof value === 'string' && pattern.test(value) ? value : null

/** The factory's, under what is stored for the meter; what has no right form is passed over. */
export const authorityOf = (factory: Authority, settings: unknown): Authority => {
  const own = isRecord(settings) ? settings : {}
  const { passwordClass } = own
  const isByte =
    typeof passwordClass === 'number' &&
    Number.isInteger(passwordClass) &&
    passwordClass >= 0 &&
    passwordClass <= 0xff
  return {
    passwordClass: isByte ? passwordClass : factory.passwordClass,
    password: textLike(own.password, /^[0-9A-F]{6}$/) ?? factory.password,
    operatorCode: textLike(own.operatorCode, /^[0-9A-F]{8}$/) ?? factory.operatorCode,
  }
}

/** There are thousands: what can be looked up is not kept for each. */
export class Dlt645Meter {
  readonly at: MeterOnBus
  readonly #deps: DriverDeps

  constructor(deps: DriverDeps, at: MeterOnBus) {
    this.#deps = deps
    this.at = at
  }

  get clock(): Clock {
    return this.#deps.clock
  }
  get rng(): Rng {
    return this.#deps.rng
  }
  get authority(): Authority {
    return authorityOf(this.at.model.authority, this.at.settings)
  }
  get asker(): Asker {
    return { address: this.at.address, operatorCode: this.authority.operatorCode }
  }
  keyOf(meter: MeterId): Promise<WalletKey | null> {
    return this.#deps.keyOf(meter)
  }
  has(quirk: Dlt645Model['quirks'][number]): boolean {
    return this.at.model.quirks.includes(quirk)
  }
  /** `sendBefore`: monotonic ms. */
  ask<T>(request: Request<T>, priority: Priority, sendBefore?: number): Promise<BusResult<T>> {
    const before = sendBefore === undefined ? {} : { sendBefore }
    return askOver(this.#deps.bus, { address: this.at.address, request, priority, ...before })
  }
}
