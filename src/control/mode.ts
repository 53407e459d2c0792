// Control modes 控制方式: what is desired of a point, compiled for what a meter can do and shows. Pure:
// one step at a time from what was read, so lost answers and half-done series need no memory.

import type { ModelCapabilities, Relay, RelayOrder } from '../metering/driver.ts'
import { never } from '../shared/assert.ts'
import type { RefusalCode } from '../shared/refusal.ts'

/** 恢复预付费 (automatic), 保电 (forced on), 拉闸 (forced off). */
export const CONTROL_MODES = ['prepaid', 'kept', 'tripped'] as const
export type ControlMode = (typeof CONTROL_MODES)[number]

export type RelayCapabilities = ModelCapabilities['relay']
export type RelayRead = { relay: Relay; kept: boolean }

/** `noTenant`: nobody has bought here, so there is no money to judge by. */
export type Money = 'suffices' | 'short' | 'unknown' | 'noTenant'

export type ModeFacts = {
  protected: boolean
  money: Money
  /** An order of the centre or of an operator stands behind the trip. */
  tripOurs: boolean
  /** An operator has released the trip: nobody else may (INV-22). */
  byOperator: boolean
  /** The power policy trips it: for arrears where the centre charges, or for an overload. */
  tripDue: boolean
}

/** What a person should know about a mode that is otherwise confirmed. */
export type ModeNote =
  /** Closing is permitted and needs the tenant's hand on the meter's button. */
  | 'needsHandOnButton'
  /** Stays tripped: the money does not suffice. */
  | 'moneyShort'
  | 'moneyUnknown'
  | 'noTenant'
  /** Stays tripped: the meter tripped for its own reason and recloses by itself. */
  | 'tripNotOurs'
  | 'needsOperator'
  /** The policy would have tripped it, and the meter keeps power. */
  | 'keptInMeter'

export type ModeStep =
  | { step: 'order'; order: RelayOrder }
  | { step: 'confirmed'; note: ModeNote | null }
  | { step: 'impossible'; code: RefusalCode }

const order = (what: RelayOrder): ModeStep => ({ step: 'order', order: what })
const confirmed = (note: ModeNote | null = null): ModeStep => ({ step: 'confirmed', note })
const impossible = (code: RefusalCode): ModeStep => ({ step: 'impossible', code })

/** Why this mode can't be had at all, or null. Protected points are never tripped. */
export const modeRefusal = (
  mode: ControlMode,
  can: RelayCapabilities,
  isProtected: boolean,
): RefusalCode | null => {
  switch (mode) {
    case 'tripped':
      if (isProtected) return 'point_protected'
      return can.trip ? null : 'not_supported_by_model'
    case 'kept':
      return can.keepPower ? null : 'not_supported_by_model'
    case 'prepaid':
      return can.trip || can.keepPower ? null : 'not_supported_by_model'
    default:
      return never(mode)
  }
}

const closing = (can: RelayCapabilities, read: RelayRead, direct: boolean): ModeStep => {
  if (read.relay === 'closed') return confirmed()
  if (direct && can.directClose) return order('directClose')
  if (read.relay === 'closePermitted') return confirmed('needsHandOnButton')
  if (can.permitClose) return order('permitClose')
  return can.directClose ? order('directClose') : impossible('not_supported_by_model')
}

const stepToKept = (can: RelayCapabilities, read: RelayRead): ModeStep =>
  read.kept ? closing(can, read, true) : order('keepOn')

// A trip is refused while keep-power is on (DL/T 645 1CH answers DC 04): that comes off first. A
// meter that tripped by itself is ordered all the same, so that money can't reclose it (INV-22).
const stepToTripped = (read: RelayRead, facts: ModeFacts): ModeStep => {
  if (read.kept) return order('keepOff')
  return read.relay === 'tripped' && facts.tripOurs ? confirmed() : order('trip')
}

const stepToPrepaid = (can: RelayCapabilities, read: RelayRead, facts: ModeFacts): ModeStep => {
  if (read.kept) return facts.tripDue ? confirmed('keptInMeter') : order('keepOff')
  if (facts.tripDue && !facts.protected && can.trip && read.relay === 'closed') return order('trip')
  if (read.relay !== 'tripped') return closing(can, read, false)
  if (!facts.tripOurs) return confirmed('tripNotOurs')
  if (!facts.byOperator) return confirmed('needsOperator')
  switch (facts.money) {
    case 'suffices':
      return closing(can, read, false)
    case 'short':
      return confirmed('moneyShort')
    case 'unknown':
      return confirmed('moneyUnknown')
    case 'noTenant':
      return confirmed('noTenant')
    default:
      return never(facts.money)
  }
}

/**
 * The next relay order towards `mode`, or that what was read confirms it. Kept: 3A, then 1C where
 * the model allows it, else 1B. Tripped: 3B where kept, then 1A, also where the meter had tripped
 * by itself. Prepaid: 3B, then 1B (1C where the model knows no 1B), but only for a trip of ours
 * that a person has released, and only while money suffices; 1A where the power policy says so,
 * and nothing where it does and the meter keeps power (INV-23).
 */
export const nextStep = (
  mode: ControlMode,
  can: RelayCapabilities,
  read: RelayRead,
  facts: ModeFacts,
): ModeStep => {
  const refusal = modeRefusal(mode, can, facts.protected)
  if (refusal) return impossible(refusal)
  switch (mode) {
    case 'kept':
      return stepToKept(can, read)
    case 'tripped':
      return stepToTripped(read, facts)
    case 'prepaid':
      return stepToPrepaid(can, read, facts)
    default:
      return never(mode)
  }
}
