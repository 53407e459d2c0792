// ADF300 多用户计量装置: one address, 12, 24 or 36 circuits. Circuit n lies on phase (n − 1) mod 3. The
// layout per circuit is the declared, unverified one of docs/meter-maps.md.

import { voltagesDv } from '../meter/electrical.ts'
import type { VirtualMeter } from '../meter/virtual-meter.ts'
import type { Circuits, RegisterMap } from './device.ts'
import { type MainFigures, mainBlock } from './main-block.ts'
import { type Block, i16, type Refusal, u16, u32 } from './registers.ts'
import {
  clockFields,
  energyRegisters,
  force,
  forcedTo,
  phasesNow,
  positionOf,
  relayClosed,
  wattsNow,
} from './view.ts'

const KIND = 10
const PHASES = 3
const CONTROL_START = 0x0500
const RELAYS_START = 0x0900
const STATUS_START = 0x0a00
const ENERGY_START = 0x0b00
const WORDS_OF_STATUS = 9
const WORDS_OF_ENERGY = 10
const BIT_WORDS = 3
/** Low byte of 022F by the number of circuits. */
const SIZES: Record<number, number> = { 36: 0, 24: 1, 12: 2 }

/** Circuit n is bit (n − 1) mod 16 of register (n − 1) div 16. */
const bitWords = (circuits: Circuits, is: (circuit: VirtualMeter) => boolean): number[] => {
  const words = Array.from({ length: BIT_WORDS }, () => 0)
  circuits.forEach((circuit, i) => {
    const at = Math.floor(i / 16)
    if (is(circuit)) words[at] = (words[at] ?? 0) | (1 << (i % 16))
  })
  return words
}

const relayWords = (circuits: Circuits): number[] => [
  ...bitWords(circuits, relayClosed),
  ...bitWords(circuits, (circuit) => forcedTo(circuit) !== null),
]

/** The whole device has three phases, measured at circuit 1. */
const deviceVolts = ([first]: Circuits, nowMs: number): number[] =>
  voltagesDv(first.site, nowMs, PHASES).map((dv) => dv ?? 0)

const currentOf = (circuit: VirtualMeter, nowMs: number): number =>
  u16(Math.abs(phasesNow(circuit, nowMs)[0]?.centiamps ?? 0))

const statusWords = (circuits: Circuits, nowMs: number): number[] => [
  ...relayWords(circuits),
  ...deviceVolts(circuits, nowMs),
  ...circuits.flatMap((circuit) => [i16(wattsNow(circuit, nowMs)), currentOf(circuit, nowMs)]),
]

const sumOf = (circuits: Circuits): number[] =>
  circuits
    .map((circuit) => energyRegisters(circuit))
    .reduce((sum, one) => sum.map((energy, i) => energy + (one[i] ?? 0)))

const figures = (circuits: Circuits, nowMs: number): MainFigures => ({
  kind: KIND,
  phases: deviceVolts(circuits, nowMs).map((dv, phase) => {
    const own = circuits.filter((_, i) => i % PHASES === phase)
    return {
      dv,
      watts: own.reduce((sum, circuit) => sum + wattsNow(circuit, nowMs), 0),
      centiamps: own.reduce((sum, circuit) => sum + currentOf(circuit, nowMs), 0),
    }
  }),
  pt: 1,
  ct: 1,
  energies: sumOf(circuits),
  remainingFen: 0,
  count: 0,
  relayBits: 0,
  controlBits: 0,
  clock: clockFields(circuits[0], nowMs),
  size: SIZES[circuits.length] ?? 0,
})

const holding = (circuits: Circuits, nowMs: number): Block[] => [
  mainBlock(() => figures(circuits, nowMs)),
  { start: RELAYS_START, length: 2 * BIT_WORDS, words: () => relayWords(circuits) },
  {
    start: STATUS_START,
    length: WORDS_OF_STATUS + 2 * circuits.length,
    words: () => statusWords(circuits, nowMs),
  },
  {
    start: ENERGY_START,
    length: WORDS_OF_ENERGY * circuits.length,
    words: () => circuits.flatMap((circuit) => energyRegisters(circuit).flatMap(u32)),
  },
]

/** Pairs of registers of neighbouring circuits; one wrong pair and nothing is done. */
const write = (
  circuits: Circuits,
  nowMs: number,
  start: number,
  words: readonly number[],
): Refusal | 'ok' => {
  const first = (start - CONTROL_START) / 2
  const wanted = circuits.slice(Math.max(first, 0), first + words.length / 2)
  if (!Number.isInteger(first) || first < 0 || words.length % 2 !== 0) return 'address'
  if (wanted.length * 2 !== words.length) return 'address'
  const orders = wanted.map((circuit, i) => {
    return { circuit, position: positionOf(words.slice(2 * i, 2 * i + 2)) }
  })
  if (orders.some(({ position }) => position === null)) return 'value'
  for (const { circuit, position } of orders) force(circuit, nowMs, position ?? 'leave')
  return 'ok'
}

export const MULTI_CIRCUIT: RegisterMap = { holding, input: () => [], write }
