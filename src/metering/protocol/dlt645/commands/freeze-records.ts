// Reading freezes 读冻结记录 and settlement days 结算日: what back-filling missed readings rests on.
// Number 1 is the newest. A record that does not exist is null, however the meter says so but by
// a refusal (noSuchData).

import { assert } from '../../../../shared/assert.ts'
import type { LocalTime } from '../../../../shared/clock.ts'
import { type Wh, wh } from '../../../../shared/energy.ts'
import { badReply } from '../../fault.ts'
import { answered, type Reply } from '../../request.ts'
import { decodeTime, type TimeLayout } from '../calendar.ts'
import { FREEZE_KINDS, type FreezeKind } from '../data-ids/freezes.ts'
import { bcdNumber, isAbsent, isBlank } from '../digits.ts'
import type { Dlt645Request } from '../exchange.ts'
import { READ_BYTES_MAX, readContent } from './read.ts'

const ENERGY_BYTES = 4
const MOMENT_BYTES = 5
const WH_PER_COUNT = 10 // Energy registers count 0.01 kWh.
/** The total and 63 tariffs. */
const ENERGIES_MAX = 64

/** The total, then tariffs 1, 2, …; null for what is not fitted. */
export type Energies = readonly (Wh | null)[]

const hexByte = (n: number): string => n.toString(16).toUpperCase().padStart(2, '0')

const freezeId = (kind: FreezeKind, item: string, back: number): string => {
  const { code, depth } = FREEZE_KINDS[kind]
  assert(Number.isInteger(back) && back >= 1 && back <= depth, `no ${kind} freeze ${back} back`)
  return `05${code}${item}${hexByte(back)}`
}

const momentOf = (layout: TimeLayout, bytes: Buffer, size: number): Reply<LocalTime | null> => {
  if (bytes.length !== size) return badReply(bytes)
  if (isBlank(bytes)) return answered(null)
  const time = decodeTime(layout, bytes)
  return time === null ? badReply(bytes) : answered(time)
}

const energiesOf = (bytes: Buffer, signed = false): Energies | null => {
  const count = bytes.length / ENERGY_BYTES
  if (!Number.isInteger(count) || count < 1 || count > ENERGIES_MAX) return null
  const energies: (Wh | null)[] = []
  for (let at = 0; at < bytes.length; at += ENERGY_BYTES) {
    const piece = bytes.subarray(at, at + ENERGY_BYTES)
    const number = bcdNumber(piece, signed)
    if (number === 'malformed' && !isAbsent(piece)) return null
    energies.push(number === 'malformed' ? null : wh(number * WH_PER_COUNT))
  }
  return energies
}

/** When the freeze happened, to the minute. */
export const readFreezeTime = (
  address: string,
  kind: FreezeKind,
  back: number,
): Dlt645Request<LocalTime | null> =>
  readContent(address, {
    id: freezeId(kind, '00', back),
    contentMax: MOMENT_BYTES,
    read: (content) => momentOf('YYMMDDhhmm', content, MOMENT_BYTES),
  })

/**
 * What the freeze kept, for one direction. An hourly freeze and some makers' daily ones have the
 * total only. The number counts back from now, so read its time too: at midnight all move by one.
 */
export const readFrozenEnergies = (
  address: string,
  kind: FreezeKind,
  direction: 'forward' | 'reverse',
  back: number,
): Dlt645Request<Energies> =>
  readContent(address, {
    id: freezeId(kind, direction === 'forward' ? '01' : '02', back),
    contentMax: READ_BYTES_MAX,
    read: (content) => {
      const energies = energiesOf(content)
      return energies === null ? badReply(content) : answered(energies)
    },
  })

export type FreezeRecord = { at: LocalTime; forward: Energies; reverse: Energies }

/** Six reactive energies, two demands with their times, and eight powers. */
const fullMoreBytes = (registers: number): number =>
  6 * ENERGY_BYTES * registers + 2 * 8 * registers + 24

const recordOf = (content: Buffer, registers: number): Reply<FreezeRecord | null> => {
  const short = MOMENT_BYTES + 2 * ENERGY_BYTES * registers
  const known = content.length === short || content.length === short + fullMoreBytes(registers)
  if (isBlank(content)) return answered(null)
  if (!known) return badReply(content)
  const at = momentOf('YYMMDDhhmm', content.subarray(0, MOMENT_BYTES), MOMENT_BYTES)
  if (!at.ok) return badReply(content)
  if (at.value === null) return answered(null)
  const size = ENERGY_BYTES * registers
  const forward = energiesOf(content.subarray(MOMENT_BYTES, MOMENT_BYTES + size))
  const reverse = energiesOf(content.subarray(MOMENT_BYTES + size, short))
  if (forward === null || reverse === null) return badReply(content)
  return answered({ at: at.value, forward, reverse })
}

/**
 * The whole record in one question (DI1 = FF): moment and both directions at once, so nothing can
 * move in between. How many registers follow only the meter model can say: `tariffs` is 0 for a
 * meter that freezes totals only (hourly freezes always do). Follow-up frames are joined.
 */
export const readFreezeBlock = (
  address: string,
  kind: FreezeKind,
  back: number,
  tariffs = 0,
): Dlt645Request<FreezeRecord | null> => {
  assert(Number.isInteger(tariffs) && tariffs >= 0 && tariffs < ENERGIES_MAX, 'a tariff count')
  return readContent(address, {
    id: freezeId(kind, 'FF', back),
    contentMax: READ_BYTES_MAX,
    read: (content) => recordOf(content, kind === 'hourly' ? 1 : tariffs + 1),
  })
}

const SETTLEMENTS_MAX = 12
const DIRECTIONS = { combined: '0000', forward: '0001', reverse: '0002' } as const

const assertSettlement = (back: number): void =>
  assert(Number.isInteger(back) && back >= 1 && back <= SETTLEMENTS_MAX, `settlement ${back}`)

/** The end of the settlement period `back` periods ago, to the hour (00FE00NN). */
export const readSettlementTime = (
  address: string,
  back: number,
): Dlt645Request<LocalTime | null> => {
  assertSettlement(back)
  return readContent(address, {
    id: `00FE00${hexByte(back)}`,
    contentMax: 4,
    read: (content) => momentOf('YYMMDDhh', content, 4),
  })
}

/** Total and tariffs at that moment (0000FFNN, 0001FFNN, 0002FFNN); combined ones have a sign. */
export const readSettlementEnergies = (
  address: string,
  direction: keyof typeof DIRECTIONS,
  back: number,
): Dlt645Request<Energies> => {
  assertSettlement(back)
  return readContent(address, {
    id: `${DIRECTIONS[direction]}FF${hexByte(back)}`,
    contentMax: READ_BYTES_MAX,
    read: (content) => {
      const energies = energiesOf(content, direction === 'combined')
      return energies === null ? badReply(content) : answered(energies)
    },
  })
}
