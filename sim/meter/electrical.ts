// Voltages, currents and powers 瞬时量 as the meter's own display would show them now.

import { bcdLow } from './bytes.ts'
import type { Exchange } from './exchange.ts'
import { demandW } from './load-profile.ts'
import { drawn, phasesOf, type Site } from './site.ts'

const NOMINAL_DV = 2_200
const SWING_DV = 60
const POWER_FACTOR_E3 = 950
/** Three bytes less the sign bit: 79.9999 kW in tenths of a watt. */
const POWER_MAX_DW = 799_999
const CURRENT_MAX_MA = 799_999
const MINUTE_MS = 60_000

const PHASES = [0, 1, 2]

/** Voltage of each phase in tenths of a volt; null where the phase is not fitted. */
export const voltagesDv = (
  site: Site,
  atMs: number,
  phases: number = phasesOf(site.identity),
): (number | null)[] =>
  PHASES.map((phase) => {
    if (phase >= phases) return null
    const fixed = site.fixedVoltageDv?.[phase]
    const minute = Math.floor(atMs / MINUTE_MS)
    const noise = drawn(2 * SWING_DV, site.seed, site.identity.address, 'U', phase, minute)
    return fixed ?? NOMINAL_DV - SWING_DV + noise
  })

type Present = Pick<Exchange, 'state' | 'site' | 'nowMs'>

/** Signed watts flowing through the relay now. */
export const flowingW = ({ state, site, nowMs }: Present): number => {
  if (site.feeds !== null) return site.feeds.watts(nowMs)
  const { open } = (site.cutBy ?? state).relay
  const cut = state.bypass?.on === true || (open && !site.stuckRelay)
  return cut ? 0 : demandW(site, nowMs)
}

/** Watts to the shop, also those that go past its meter. */
export const drawnW = (present: Present): number =>
  present.state.bypass?.on === true ? demandW(present.site, present.nowMs) : flowingW(present)

/** Watts of each fitted phase; they add up to the total. */
export const phaseWatts = (exchange: Present): (number | null)[] => {
  const total = flowingW(exchange)
  if (phasesOf(exchange.site.identity) === 1) return [total, null, null]
  const third = Math.trunc(total / 3)
  return [total - 2 * third, third, third]
}

/** A magnitude in BCD with the sign in the top bit of the highest byte. */
export const signedBcdLow = (value: number, length: number): Buffer => {
  const bytes = bcdLow(value, length)
  if (value < 0) bytes.writeUInt8(bytes.readUInt8(length - 1) | 0x80, length - 1)
  return bytes
}

const NOT_FITTED = (length: number) => Buffer.alloc(length, 0xff)
const clamp = (value: number, max: number) => Math.max(-max, Math.min(max, value))

const voltage = (dv: number | null) => (dv === null ? NOT_FITTED(2) : bcdLow(dv, 2))
const power = (watts: number | null) =>
  watts === null ? NOT_FITTED(3) : signedBcdLow(clamp(watts * 10, POWER_MAX_DW), 3)

/** Milliamperes from watts, tenths of a volt and the power factor in thousandths. */
export const milliamps = (watts: number, dv: number): number =>
  clamp(Math.round((watts * 10_000_000) / (dv * POWER_FACTOR_E3)), CURRENT_MAX_MA)
const current = (watts: number | null, dv: number | null) =>
  watts === null || dv === null ? NOT_FITTED(3) : signedBcdLow(milliamps(watts, dv), 3)

/** One selector (00 total, 01..03 phase, FF all) out of the values of the item. */
const selected = (values: readonly Buffer[], selector: string, first: 0 | 1): Buffer | null => {
  if (selector === 'FF') return Buffer.concat(values)
  return values[Number.parseInt(selector, 16) - first] ?? null
}

/** 0201..0206: `selector` is DI1 as two hexadecimal digits. */
export const electricalItem = (exchange: Exchange, di: string): Buffer | null => {
  const selector = di.slice(4, 6)
  const { site, nowMs } = exchange
  const watts = phaseWatts(exchange)
  const volts = voltagesDv(site, nowMs)
  switch (di.slice(0, 4)) {
    case '0201':
      return selected(volts.map(voltage), selector, 1)
    case '0202':
      return selected(
        watts.map((w, phase) => current(w, volts[phase] ?? null)),
        selector,
        1,
      )
    case '0203':
      return selected([flowingW(exchange), ...watts].map(power), selector, 0)
    case '0204':
      return selected([0, ...watts.map((w) => w && 0)].map(power), selector, 0)
    case '0206':
      return selected(
        [0, ...watts].map((w) => (w === null ? NOT_FITTED(2) : bcdLow(POWER_FACTOR_E3, 2))),
        selector,
        0,
      )
    default:
      return null
  }
}
