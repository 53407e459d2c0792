// Meters that only count 计量表: DTSD1352 behind current transformers, the floating-point sub-meter
// and the Sfere one.

import { momentOf } from '../meter/calendar.ts'
import { moveClock } from '../meter/own-clock.ts'
import { energyWhOf } from '../meter/state.ts'
import type { VirtualMeter } from '../meter/virtual-meter.ts'
import type { Circuits, RegisterMap } from './device.ts'
import { f32, hundredths, i16, pair, type Refusal, sparse, u16, u32 } from './registers.ts'
import {
  clockFields,
  energyRegisters,
  POWER_FACTOR_E3,
  phasesNow,
  reverseRegister,
  wattsNow,
} from './view.ts'

const FREQUENCY_CHZ = 5_000
const CLOCK_START = 0x003c

const readOnly = (): Refusal => 'address'

/** Total (forward and reverse together), then forward, each with four tariffs; then reverse. */
const dtsdEnergies = (meter: VirtualMeter): number[] => {
  const { state, site } = meter
  const out = energyRegisters(meter)
  const total = hundredths((energyWhOf(state) + state.reverseWh) / site.identity.ct)
  return [total, ...out.slice(1), ...out, reverseRegister(meter)].flatMap((energy) => u32(energy))
}

const dtsdClock = (meter: VirtualMeter, nowMs: number): number[] => {
  const t = clockFields(meter, nowMs)
  return [pair(t.year % 100, t.month), pair(t.dayOfMonth, t.hour), pair(t.minute, t.second)]
}

/** On the secondary side, as everything this meter shows. */
const dtsdStatus = (meter: VirtualMeter, nowMs: number): number[] => {
  const { ct } = meter.site.identity
  const phases = phasesNow(meter, nowMs)
  const watts = phases.map((phase) => i16(phase.watts / ct))
  const factors = phases.map(() => POWER_FACTOR_E3)
  return sparse(23, {
    0: phases.map(({ dv }) => u16(dv)),
    3: phases.map(({ centiamps }) => u16(Math.abs(centiamps) / ct)),
    6: [...watts, i16(wattsNow(meter, nowMs) / ct)],
    18: [...factors, POWER_FACTOR_E3],
    22: [FREQUENCY_CHZ],
  })
}

const two = (n: number) => n.toString().padStart(2, '0')

/** Three registers of six binary bytes: year, month, day, hour, minute, second. */
const setClock = (meter: VirtualMeter, nowMs: number, words: readonly number[]): Refusal | 'ok' => {
  const digits = words.flatMap((word) => [two(word >>> 8), two(word & 0xff)]).join('')
  const toMs = momentOf(digits, meter.site.utcOffsetMinutes)
  if (toMs === null) return 'value'
  meter.change(nowMs, (state) => moveClock(state, nowMs, toMs - nowMs))
  return 'ok'
}

export const DTSD1352: RegisterMap = {
  holding: ([meter], nowMs) => [
    { start: 0x0000, length: 22, words: () => dtsdEnergies(meter) },
    { start: CLOCK_START, length: 3, words: () => dtsdClock(meter, nowMs) },
    { start: 0x0061, length: 23, words: () => dtsdStatus(meter, nowMs) },
    { start: 0x008d, length: 2, words: () => [1, meter.site.identity.ct] },
  ],
  input: () => [],
  write: ([meter], nowMs, start, words) =>
    start === CLOCK_START && words.length === 3 ? setClock(meter, nowMs, words) : 'address',
}

const kilowattHours = (energyWh: number): number => hundredths(energyWh) / 100

const floats = ([meter]: Circuits, nowMs: number): number[] => {
  const [first] = phasesNow(meter, nowMs)
  return sparse(76, {
    0: f32((first?.dv ?? 0) / 10),
    6: f32((first?.centiamps ?? 0) / 100),
    12: f32(wattsNow(meter, nowMs)),
    30: f32(POWER_FACTOR_E3 / 1_000),
    70: f32(FREQUENCY_CHZ / 100),
    72: f32(kilowattHours(energyWhOf(meter.state))),
    74: f32(kilowattHours(meter.state.reverseWh)),
  })
}

export const FLOAT_SUBMETER: RegisterMap = {
  holding: () => [],
  input: (circuits, nowMs) => [{ start: 0, length: 76, words: () => floats(circuits, nowMs) }],
  write: readOnly,
}

const sfereEnergies = (meter: VirtualMeter): number[] => {
  const [total = 0, ...tariffs] = energyRegisters(meter)
  return sparse(34, { 0: u32(total), 24: tariffs.flatMap((energy) => u32(energy)) })
}

export const SFERE_SUBMETER: RegisterMap = {
  holding: ([meter]) => [
    { start: 0x0073, length: 34, words: () => sfereEnergies(meter) },
    { start: 0x080b, length: 1, words: () => [meter.site.identity.ct] },
    { start: 0x0b25, length: 1, words: () => [1] },
  ],
  input: () => [],
  write: readOnly,
}
