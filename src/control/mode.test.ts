import { describe, expect, test } from 'vitest'
import type { RelayOrder } from '../metering/driver.ts'
import {
  CONTROL_MODES,
  type ControlMode,
  type ModeFacts,
  type ModeStep,
  modeRefusal,
  nextStep,
  type RelayCapabilities,
  type RelayRead,
} from './mode.ts'

const ALL: RelayCapabilities = {
  trip: true,
  permitClose: true,
  directClose: true,
  keepPower: true,
}
const NO_DIRECT = { ...ALL, directClose: false }
const NO_PERMIT = { ...ALL, permitClose: false }
const NO_CLOSE = { ...ALL, permitClose: false, directClose: false }
const NO_KEEP = { ...ALL, keepPower: false }
const NOTHING = { trip: false, permitClose: false, directClose: false, keepPower: false }

const CLOSED: RelayRead = { relay: 'closed', kept: false }
const TRIPPED: RelayRead = { relay: 'tripped', kept: false }
const PERMITTED: RelayRead = { relay: 'closePermitted', kept: false }
const kept = (read: RelayRead): RelayRead => ({ ...read, kept: true })

const OURS: ModeFacts = {
  protected: false,
  money: 'suffices',
  tripOurs: true,
  byOperator: true,
  tripDue: false,
}

const owing: Partial<ModeFacts> = { tripDue: true, money: 'short' }

const word = (step: ModeStep): string => {
  if (step.step === 'order') return step.order
  return step.step === 'confirmed' ? `ok ${step.note ?? ''}`.trim() : step.code
}

describe('the next step towards a mode', () => {
  test.each<[ControlMode, string, RelayCapabilities, RelayRead, Partial<ModeFacts>, string]>([
    ['kept', 'closed', ALL, CLOSED, {}, 'keepOn'],
    ['kept', 'tripped', ALL, TRIPPED, {}, 'keepOn'],
    ['kept', 'kept and closed', ALL, kept(CLOSED), {}, 'ok'],
    ['kept', 'kept and tripped', ALL, kept(TRIPPED), {}, 'directClose'],
    ['kept', 'kept, closing permitted', ALL, kept(PERMITTED), {}, 'directClose'],
    ['kept', 'kept and tripped, no 1C', NO_DIRECT, kept(TRIPPED), {}, 'permitClose'],
    ['kept', 'kept, permitted, no 1C', NO_DIRECT, kept(PERMITTED), {}, 'ok needsHandOnButton'],
    ['kept', 'tripped, cannot close', NO_CLOSE, kept(TRIPPED), {}, 'not_supported_by_model'],
    ['kept', 'closed, cannot keep', NO_KEEP, CLOSED, {}, 'not_supported_by_model'],
    ['kept', 'closed, protected', ALL, CLOSED, { protected: true }, 'keepOn'],

    ['tripped', 'closed', ALL, CLOSED, {}, 'trip'],
    ['tripped', 'closing permitted', ALL, PERMITTED, {}, 'trip'],
    ['tripped', 'kept and closed', ALL, kept(CLOSED), {}, 'keepOff'],
    ['tripped', 'kept and tripped', ALL, kept(TRIPPED), {}, 'keepOff'],
    ['tripped', 'tripped', ALL, TRIPPED, {}, 'ok'],
    ['tripped', 'tripped by itself', ALL, TRIPPED, { tripOurs: false }, 'trip'],
    ['tripped', 'closed, protected', ALL, CLOSED, { protected: true }, 'point_protected'],
    ['tripped', 'closed, no relay', NOTHING, CLOSED, {}, 'not_supported_by_model'],

    ['prepaid', 'closed', ALL, CLOSED, {}, 'ok'],
    ['prepaid', 'closing permitted', ALL, PERMITTED, {}, 'ok needsHandOnButton'],
    ['prepaid', 'kept and closed', ALL, kept(CLOSED), {}, 'keepOff'],
    ['prepaid', 'kept, money short', ALL, kept(CLOSED), { money: 'short' }, 'keepOff'],
    ['prepaid', 'tripped by us', ALL, TRIPPED, {}, 'permitClose'],
    ['prepaid', 'tripped by us, no 1B', NO_PERMIT, TRIPPED, {}, 'directClose'],
    ['prepaid', 'tripped, no closing', NO_CLOSE, TRIPPED, {}, 'not_supported_by_model'],
    ['prepaid', 'tripped, money short', ALL, TRIPPED, { money: 'short' }, 'ok moneyShort'],
    ['prepaid', 'tripped, money unknown', ALL, TRIPPED, { money: 'unknown' }, 'ok moneyUnknown'],
    ['prepaid', 'tripped, nobody buys', ALL, TRIPPED, { money: 'noTenant' }, 'ok noTenant'],
    ['prepaid', 'tripped by itself', ALL, TRIPPED, { tripOurs: false }, 'ok tripNotOurs'],
    ['prepaid', 'released by a clock', ALL, TRIPPED, { byOperator: false }, 'ok needsOperator'],
    ['prepaid', 'the centre charges, owing', ALL, CLOSED, owing, 'trip'],
    ['prepaid', 'owing and tripped', ALL, TRIPPED, owing, 'ok moneyShort'],
    ['prepaid', 'owing, protected', ALL, CLOSED, { ...owing, protected: true }, 'ok'],
    ['prepaid', 'owing, cannot trip', { ...ALL, trip: false }, CLOSED, owing, 'ok'],
    ['prepaid', 'the meter charges, owing', ALL, CLOSED, { money: 'short' }, 'ok'],
    ['prepaid', 'owing, and the meter keeps power', ALL, kept(CLOSED), owing, 'ok keptInMeter'],
    ['prepaid', 'nobody orders a trip', ALL, CLOSED, { money: 'short' }, 'ok'],
    ['prepaid', 'closed, cannot keep', NO_KEEP, CLOSED, {}, 'ok'],
    ['prepaid', 'closed, no relay', NOTHING, CLOSED, {}, 'not_supported_by_model'],
  ])('%s: %s', (mode, _name, can, read, facts, expected) => {
    expect(word(nextStep(mode, can, read, { ...OURS, ...facts }))).toBe(expected)
  })
})

const obey = (read: RelayRead, order: RelayOrder): RelayRead => {
  if (order === 'keepOn') return { ...read, kept: true }
  if (order === 'keepOff') return { ...read, kept: false }
  if (order === 'trip') return { ...read, relay: 'tripped' }
  return { ...read, relay: order === 'directClose' ? 'closed' : 'closePermitted' }
}

const READS = [CLOSED, TRIPPED, PERMITTED].flatMap((read) => [read, kept(read)])

test.each(CONTROL_MODES.flatMap((mode) => READS.map((read) => ({ mode, ...read }))))(
  '$mode from $relay (kept: $kept) ends within two orders of a meter that obeys',
  (row) => {
    let read: RelayRead = { relay: row.relay, kept: row.kept }
    const orders: RelayOrder[] = []
    let step = nextStep(row.mode, ALL, read, OURS)
    while (step.step === 'order' && orders.length < 3) {
      orders.push(step.order)
      read = obey(read, step.order)
      step = nextStep(row.mode, ALL, read, OURS)
    }
    expect(step.step).toBe('confirmed')
    expect(orders.length).toBeLessThanOrEqual(2)
    expect(read.kept).toBe(row.mode === 'kept')
    if (row.mode === 'kept') expect(read.relay).toBe('closed')
    expect(read.relay === 'tripped').toBe(row.mode === 'tripped')
  },
)

test.each(READS)('no step ever trips a protected point ($relay, kept: $kept)', (read) => {
  for (const mode of CONTROL_MODES) {
    const step = nextStep(mode, ALL, read, { ...OURS, protected: true })
    expect(word(step)).not.toBe('trip')
  }
})

test.each<[ControlMode, RelayCapabilities, boolean, string | null]>([
  ['tripped', ALL, true, 'point_protected'],
  ['tripped', ALL, false, null],
  ['tripped', { ...ALL, trip: false }, false, 'not_supported_by_model'],
  ['kept', ALL, true, null],
  ['kept', NO_KEEP, false, 'not_supported_by_model'],
  ['prepaid', NO_KEEP, false, null],
  ['prepaid', NOTHING, false, 'not_supported_by_model'],
])('%s with %o, protected %s, is refused as %s', (mode, can, isProtected, code) => {
  expect(modeRefusal(mode, can, isProtected)).toBe(code)
})
