// Freezes and events as they are read 冻结与事件数据项: 050x, 03xx, and the times of the settlements.

import { bcdLow, hexLow } from './bytes.ts'
import { forward, register, reverse } from './registers.ts'
import type { EventKind, Freeze, MeterEvent, MeterState } from './state.ts'

const numberOf = (di: string): number => Number.parseInt(di.slice(6, 8), 16)

/** Total and four tariffs of a register that this meter doesn't count. */
const EMPTY_BLOCK = Buffer.alloc(20)
const EMPTY_BLOCKS = 6
/** Forward and reverse demand with their moments, then eight powers. */
const DEMANDS_AND_POWERS = Buffer.alloc(40 + 40 + 24)

const block = (values: readonly number[]) => Buffer.concat(values.map(register))

/** 00 the moment, 01 forward, 02 reverse, 03..08 reactive, FF everything. */
const freezeParts = (freeze: Freeze): Record<string, Buffer> => {
  const moment = hexLow(freeze.stamp)
  const [out, back] = [block(forward(freeze)), block(reverse(freeze))]
  const reactive = Array.from({ length: EMPTY_BLOCKS }, () => EMPTY_BLOCK)
  return {
    '00': moment,
    '01': out,
    '02': back,
    ...Object.fromEntries(reactive.map((empty, i) => [`0${i + 3}`, empty])),
    FF: Buffer.concat([moment, out, back, ...reactive, DEMANDS_AND_POWERS]),
  }
}

type FreezeList = 'instantFreezes' | 'dailyFreezes' | 'settlements'
const FREEZES: Record<string, FreezeList> = {
  '0501': 'instantFreezes',
  '0506': 'dailyFreezes',
  '0507': 'settlements',
}

/** An interval freeze holds totals only: 5 + 4 + 4 bytes. */
const intervalItem = (state: MeterState, di: string): Buffer | null => {
  const freeze = state.intervalFreezes[numberOf(di) - 1]
  if (freeze === undefined) return null
  const moment = hexLow(freeze.stamp)
  const [out, back] = [register(freeze.forwardWh), register(freeze.reverseWh)]
  const all = Buffer.concat([moment, out, back])
  return { '00': moment, '01': out, '02': back, FF: all }[di.slice(4, 6)] ?? null
}

/** 0501, 0504, 0506 and 0507; NN = 01 is the newest. A freeze that is not there is no data. */
export const freezeItem = (state: MeterState, di: string): Buffer | null => {
  if (di.startsWith('0504')) return intervalItem(state, di)
  const list = FREEZES[di.slice(0, 4)]
  const freeze = list === undefined ? undefined : state[list][numberOf(di) - 1]
  return freeze === undefined ? null : (freezeParts(freeze)[di.slice(4, 6)] ?? null)
}

const HOUR_DIGITS = 8

/** 00FE00NN: when the NN-th last settlement was, YYMMDDhh; zeros where there was none. */
export const settlementTime = (state: MeterState, di: string): Buffer | null => {
  const no = numberOf(di)
  if (no < 1 || no > 12) return null
  const digits = state.settlements[no - 1]?.stamp.slice(0, HOUR_DIGITS)
  return hexLow(digits ?? '0'.repeat(HOUR_DIGITS))
}

const NEVER = '0'.repeat(12)
const moment = (digits: string) => hexLow(digits === '' ? NEVER : digits)

/** Forward, reverse, and four quadrants that this meter doesn't count. */
const coverEnergies = (energies: readonly number[]): Buffer =>
  Buffer.concat([register(energies[0] ?? 0), register(energies[1] ?? 0), Buffer.alloc(16)])

const coverRecord = ({ start, end, beforeWh, afterWh }: MeterEvent) =>
  Buffer.concat([moment(start), moment(end), coverEnergies(beforeWh), coverEnergies(afterWh)])

const PROGRAMMING_BYTES = 6 + 4 + 10 * 4

type EventItem = { kind: EventKind; bytes: number; record: (event: MeterEvent) => Buffer }

const EVENTS: Record<string, EventItem> = {
  '033000': {
    kind: 'programming',
    bytes: PROGRAMMING_BYTES,
    record: ({ start, operator, items }) =>
      Buffer.concat(
        [moment(start), hexLow(operator), ...items.map((item) => hexLow(item))],
        PROGRAMMING_BYTES,
      ),
  },
  '033004': {
    kind: 'clockSet',
    bytes: 16,
    record: ({ start, operator, end }) =>
      Buffer.concat([hexLow(operator), moment(start), moment(end)]),
  },
  '03300D': { kind: 'meterCover', bytes: 60, record: coverRecord },
  '03300E': { kind: 'terminalCover', bytes: 60, record: coverRecord },
  '031100': {
    kind: 'powerDown',
    bytes: 12,
    record: ({ start, end }) => Buffer.concat([moment(start), moment(end)]),
  },
}

/** 00 the count, 01..0A the records; a record that is not there reads as zeros. */
export const eventItem = (state: MeterState, di: string): Buffer | null => {
  const item = EVENTS[di.slice(0, 6)]
  const no = numberOf(di)
  if (item === undefined || no > 10) return null
  const log = state.events[item.kind]
  if (no === 0) return bcdLow(log.count, 3)
  const event = log.last[no - 1]
  return event === undefined ? Buffer.alloc(item.bytes) : item.record(event)
}
