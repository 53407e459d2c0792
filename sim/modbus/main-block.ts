// The main block of the Acrel prepaid family 主数据块: 48 registers from 0200, the same shape for one
// circuit or the sum of many.

import type { LocalFields } from '../meter/calendar.ts'
import { type Block, i16, pair, sparse, u16, u32 } from './registers.ts'
import { POWER_FACTOR_E3 } from './view.ts'

export const MAIN_START = 0x0200
const MAIN_WORDS = 48
const PHASES = [0, 1, 2]

export type MainFigures = {
  kind: number
  phases: readonly { watts: number; centiamps: number; dv: number }[]
  pt: number
  ct: number
  /** Total and four tariffs ×0.01 kWh. */
  energies: readonly number[]
  remainingFen: number
  count: number
  relayBits: number
  controlBits: number
  clock: LocalFields
  /** Low byte of 022F: one phase or three, or how many circuits. */
  size: number
}

const clockWords = (t: LocalFields): number[] => [
  pair(t.year % 100, t.month),
  pair(t.dayOfMonth, t.weekday),
  pair(t.hour, t.minute),
  pair(t.second, 0),
]

/** A figure of each phase, zero where the phase is not fitted, then the total. */
const withTotal = (values: readonly number[]): number[] => [
  ...PHASES.map((phase) => i16(values[phase] ?? 0)),
  i16(values.reduce((a, b) => a + b, 0)),
]

const words = (figures: MainFigures): number[] => {
  const { phases, energies } = figures
  const factors = PHASES.map((phase) => (phase < phases.length ? POWER_FACTOR_E3 : 0))
  return sparse(MAIN_WORDS, {
    0: [figures.kind],
    1: PHASES.map((phase) => u16(phases[phase]?.dv ?? 0)),
    4: PHASES.map((phase) => u16(Math.abs(phases[phase]?.centiamps ?? 0))),
    7: withTotal(phases.map(({ watts }) => watts)),
    15: [...factors, POWER_FACTOR_E3],
    19: [figures.pt, figures.ct],
    21: energies.flatMap((energy) => u32(energy)),
    31: u32(figures.remainingFen),
    33: [u16(figures.count)],
    36: [figures.relayBits, figures.controlBits],
    40: clockWords(figures.clock),
    47: [figures.size],
  })
}

export const mainBlock = (figures: () => MainFigures): Block => ({
  start: MAIN_START,
  length: MAIN_WORDS,
  words: () => words(figures()),
})
