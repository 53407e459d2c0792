// Reading a relay back 回读: only what was read from the meter decides (INV-14, INV-16).

import type { MeterDriver, Outcome, Priority, Relay } from '../metering/driver.ts'
import type { Instant } from '../shared/clock.ts'
import type { ControlMode } from './mode.ts'

export type Look = {
  at: Instant
  relay: Relay
  kept: boolean
  /** Null where this look did not ask for it. */
  balanceFen: number | null
}

const NO_RELAY = {
  ok: false,
  reason: 'not-supported',
  detail: 'relay',
  mayRetry: false,
} as const

/** Going back to prepaid asks for the money too; the other modes need the relay alone. */
export const look = async (
  driver: MeterDriver,
  mode: ControlMode,
  priority: Priority,
): Promise<Outcome<Look>> => {
  if (mode !== 'prepaid') {
    const read = await driver.readRelay(priority)
    if (!read.ok) return read
    const { at, relay, kept } = read.value
    return { ok: true, value: { at, relay, kept, balanceFen: null } }
  }
  const read = await driver.readStatus(priority)
  if (!read.ok) return read
  const { at, relay, kept, money } = read.value
  if (relay === null) return NO_RELAY
  return { ok: true, value: { at, relay, kept, balanceFen: money?.balanceFen ?? null } }
}
