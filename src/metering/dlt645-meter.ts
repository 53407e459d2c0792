// One DL/T 645 meter on its bus: what the parts of the driver share, and
// by what right the meter is asked to change something.

import type { Clock } from '../ports/clock.ts'
import type { Rng } from '../ports/ids.ts'
import type { MeterId } from '../shared/ids.ts'
import { type Ask, askingOf } from './asking.ts'
import type { Bus } from './bus/session.ts'
import type { Dlt645Model } from './model-schema.ts'
import type { Asker } from './protocol/dlt645/commands/wallet.ts'
import type { Authority } from './protocol/dlt645/commands/write.ts'
import type { WalletKey } from './protocol/secure/wallet-key.ts'

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

export type Dlt645Meter = DriverDeps & {
  readonly at: MeterOnBus
  readonly asker: Asker
  readonly authority: Authority
  has(quirk: Dlt645Model['quirks'][number]): boolean
  readonly ask: Ask
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

export const dlt645Meter = (deps: DriverDeps, at: MeterOnBus): Dlt645Meter => {
  const { address, model } = at
  const authority = authorityOf(model.authority, at.settings)
  return {
    ...deps,
    at,
    asker: { address, operatorCode: authority.operatorCode },
    authority,
    has: (quirk) => model.quirks.includes(quirk),
    ask: askingOf(deps.bus, address),
  }
}
