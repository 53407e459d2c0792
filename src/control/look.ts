// Reading a relay back 回读: only what was read from the meter decides (INV-14, INV-16).

import type {
  EnergyReading,
  MeterDriver,
  Outcome,
  Relay,
  RelayReading,
  StatusReading,
} from '../metering/driver.ts'
import type { PollResult } from '../metering/poll-result.ts'
import type { Instant } from '../shared/clock.ts'
import type { GatewayId, MeterId } from '../shared/ids.ts'
import type { ControlMode } from './mode.ts'

/** What a command read from a meter on its way; the screens show it at once. */
export type CommandReading =
  | { kind: 'relay'; value: RelayReading }
  | { kind: 'status'; value: StatusReading }
  | { kind: 'energy'; value: EnergyReading }

export const resultOf = (
  job: { meterId: MeterId; gatewayId: GatewayId },
  { kind, value }: CommandReading,
): PollResult => {
  const asked = { meterId: job.meterId, gatewayId: job.gatewayId, at: value.at, onDemand: true }
  if (kind === 'relay') return { ...asked, kind, outcome: { ok: true, value } }
  if (kind === 'status') return { ...asked, kind, outcome: { ok: true, value } }
  return { ...asked, kind, outcome: { ok: true, value } }
}

export type Look = {
  at: Instant
  relay: Relay
  kept: boolean
  /** Null where this look did not ask for it. */
  balanceFen: number | null
  reading: CommandReading
}

/** Going back to prepaid asks for the money too; the other modes need the relay alone. */
export const look = async (driver: MeterDriver, mode: ControlMode): Promise<Outcome<Look>> => {
  if (mode !== 'prepaid') {
    const read = await driver.readRelay('relay')
    if (!read.ok) return read
    const { at, relay, kept } = read.value
    const reading = { kind: 'relay', value: read.value } as const
    return { ok: true, value: { at, relay, kept, balanceFen: null, reading } }
  }
  const read = await driver.readStatus('relay')
  if (!read.ok) return read
  const { at, relay, kept, balanceFen } = read.value
  const reading = { kind: 'status', value: read.value } as const
  return { ok: true, value: { at, relay, kept, balanceFen, reading } }
}
