// DDSY1352 and DTSY1352 预付费导轨表: the low block, the main block and forced control. With a
// wallet the meter is in prepaid running mode; its money is written by maker's functions that
// nobody knows.

import { hasWallet, phasesOf } from '../meter/site.ts'
import type { VirtualMeter } from '../meter/virtual-meter.ts'
import type { Circuits, RegisterMap } from './device.ts'
import { type MainFigures, mainBlock } from './main-block.ts'
import { type Block, i16, type Refusal, sparse, u16, u32 } from './registers.ts'
import {
  clockFields,
  energyRegisters,
  force,
  forcedTo,
  POWER_FACTOR_E3,
  phasesNow,
  positionOf,
  relayClosed,
  walletOf,
  wattsNow,
} from './view.ts'

const FORCED_CONTROL = 0x0057
const KINDS = { 1: 7, 3: 5 } as const
/** A bit for each of L1 to L3, or for L1 alone. */
const MASKS = { 1: 0b001, 3: 0b111 } as const
const THREE_PHASE = 0
const ONE_PHASE = 1

const bit = (set: boolean, no: number): number => (set ? 1 << no : 0)

/** 0224: relays, alarms, arrears and forced control. */
const relayBits = (meter: VirtualMeter): number => {
  const { state, site } = meter
  const mask = MASKS[phasesOf(site.identity)]
  const forced = forcedTo(meter)
  const wallet = hasWallet(site.identity)
  const { remainingFen } = walletOf(meter)
  return (
    (relayClosed(meter) ? mask << 13 : 0) |
    bit(wallet && remainingFen <= state.alarm2Fen, 7) |
    bit(wallet && remainingFen <= state.alarm1Fen, 6) |
    bit(state.relay.cause === 'arrears' || state.relay.cause === 'notOpened', 5) |
    bit(forced !== null, 3) |
    (forced === 'closed' ? mask : 0)
  )
}

/** 0225: the prepaid control is on in prepaid running mode. */
const controlBits = ({ state, site }: VirtualMeter): number => {
  if (!hasWallet(site.identity)) return 0
  const lit = state.relay.cause === null || state.relay.cause === 'operator'
  return bit(true, 11) | (lit ? MASKS[phasesOf(site.identity)] << 8 : 0)
}

const figures = (meter: VirtualMeter, nowMs: number): MainFigures => {
  const { identity } = meter.site
  const phases = phasesOf(identity)
  return {
    kind: KINDS[phases],
    phases: phasesNow(meter, nowMs),
    pt: 1,
    ct: identity.ct,
    energies: energyRegisters(meter),
    ...walletOf(meter),
    relayBits: relayBits(meter),
    controlBits: controlBits(meter),
    clock: clockFields(meter, nowMs),
    size: phases === 3 ? THREE_PHASE : ONE_PHASE,
  }
}

const lowWords = (meter: VirtualMeter, nowMs: number): number[] => {
  const [first] = phasesNow(meter, nowMs)
  const watts = wattsNow(meter, nowMs)
  return sparse(17, {
    0: energyRegisters(meter).flatMap((energy) => u32(energy)),
    11: [u16(first?.dv ?? 0), u16(Math.abs(first?.centiamps ?? 0)), i16(watts)],
    15: [u16(Math.abs(watts) / (POWER_FACTOR_E3 / 1_000)), POWER_FACTOR_E3],
  })
}

/** Twelve BCD digits in three registers. */
const numberWords = (meterNo: string): number[] => {
  const bytes = Buffer.from(meterNo, 'hex')
  return [0, 2, 4].map((at) => bytes.readUInt16BE(at))
}

const holding = ([meter]: Circuits, nowMs: number): Block[] => {
  const { state, site } = meter
  const running = hasWallet(site.identity) ? 1 << 6 : 0
  return [
    { start: 0x0000, length: 17, words: () => lowWords(meter, nowMs) },
    { start: 0x0022, length: 1, words: () => [running] },
    { start: 0x0037, length: 2, words: () => [1, site.identity.ct] },
    { start: 0x0043, length: 3, words: () => numberWords(state.meterNo) },
    mainBlock(() => figures(meter, nowMs)),
  ]
}

const write = (
  [meter]: Circuits,
  nowMs: number,
  start: number,
  words: readonly number[],
): Refusal | 'ok' => {
  if (start !== FORCED_CONTROL || words.length !== 2) return 'address'
  const position = positionOf(words)
  if (position === null) return 'value'
  force(meter, nowMs, position)
  return 'ok'
}

export const PREPAID_METER: RegisterMap = { holding, input: () => [], write }
