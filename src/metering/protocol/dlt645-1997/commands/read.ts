// Reading old meters 读数据(645-1997): C=01 with a two-byte identifier, 02 where more follows. These
// meters mostly speak 1200 baud; which edition a meter speaks is configured, never guessed.

import { assert } from '../../../../shared/assert.ts'
import type { LocalTime } from '../../../../shared/clock.ts'
import { type Wh, wh } from '../../../../shared/energy.ts'
import { decodeTime, type TimeLayout } from '../../dlt645/calendar.ts'
import { bcdNumber, bytesOfDigits, isAbsent } from '../../dlt645/digits.ts'
import { ask, type Dlt645Request } from '../../dlt645/exchange.ts'
import type { Bit } from '../../dlt645/format.ts'
import { raisedBits } from '../../dlt645/status-words.ts'
import { badReply, NOT_FITTED } from '../../fault.ts'
import { answered, type Reply } from '../../request.ts'
import { STATUS_BITS_1997 } from '../data-ids.ts'
import { FUNC_1997 } from '../functions.ts'

const READ_BYTES_MAX = 200
/** A block ends with this byte in many meters; it is no BCD digit, so it can't be meant as one. */
export const BLOCK_END = 0xaa
const FOLLOW_UPS_MAX = 32

type ReadRule<T> = {
  id: string
  contentMax: number
  read: (content: Buffer) => Reply<T>
}

/** Follow-up frames carry no number in this edition: they are told apart only by their order. */
const part = <T>(
  address: string,
  rule: ReadRule<T>,
  number: number,
  before: Buffer,
): Dlt645Request<T> => {
  const echo = bytesOfDigits(rule.id)
  const joined = (content: Buffer) => Buffer.concat([before, content])
  return ask({
    label: number === 0 ? `read ${rule.id}` : `read ${rule.id} part ${number}`,
    address,
    func: number === 0 ? FUNC_1997.readData : FUNC_1997.readFollowUp,
    data: echo,
    echo,
    contentMax: number === 0 ? rule.contentMax : READ_BYTES_MAX,
    repeatable: true,
    read: (content) => rule.read(joined(content)),
    ...(number < FOLLOW_UPS_MAX && {
      more: (content: Buffer) => part(address, rule, number + 1, joined(content)),
    }),
  })
}

const readContent = <T>(address: string, rule: ReadRule<T>): Dlt645Request<T> => {
  assert(/^[0-9A-F]{4}$/.test(rule.id), `not an identifier of two bytes: ${rule.id}`)
  return part(address, rule, 0, Buffer.alloc(0))
}

/** The bytes of any item after its identifier, joined over all follow-up frames. */
export const readData1997 = (address: string, id: string): Dlt645Request<Buffer> =>
  readContent(address, { id, contentMax: READ_BYTES_MAX, read: answered })

const readNumber = <T>(
  address: string,
  { id, bytes }: { id: string; bytes: number },
  make: (count: number) => T,
): Dlt645Request<T> =>
  readContent(address, {
    id,
    contentMax: bytes,
    read: (content) => {
      if (isAbsent(content)) return NOT_FITTED
      const count = content.length === bytes ? bcdNumber(content) : 'malformed'
      return count === 'malformed' ? badReply(content) : answered(make(count))
    },
  })

const withoutEnd = (content: Buffer, size: number): Buffer =>
  content.length % size === 1 && content.at(-1) === BLOCK_END
    ? content.subarray(0, content.length - 1)
    : content

const readNumbers = <T>(
  address: string,
  { id, bytes, max }: { id: string; bytes: number; max: number },
  make: (count: number) => T,
): Dlt645Request<readonly (T | null)[]> =>
  readContent(address, {
    id,
    contentMax: bytes * max + 1,
    read: (content) => {
      const items = withoutEnd(content, bytes)
      const count = items.length / bytes
      if (!Number.isInteger(count) || count < 1 || count > max) return badReply(content)
      const values: (T | null)[] = []
      for (let at = 0; at < items.length; at += bytes) {
        const piece = items.subarray(at, at + bytes)
        const number = bcdNumber(piece)
        if (number === 'malformed' && !isAbsent(piece)) return badReply(content)
        values.push(number === 'malformed' ? null : make(number))
      }
      return answered(values)
    },
  })

const WH_PER_COUNT = 10 // NNNNNN.NN kWh.
const energyWh = (count: number): Wh => wh(count * WH_PER_COUNT)
/** The total and 14 tariffs. */
const ENERGIES_MAX = 15

/** 9010 forward, 9020 reverse; 9011–901E the tariffs; 9410 at the last settlement. */
export const readEnergy1997 = (address: string, id = '9010'): Dlt645Request<Wh> =>
  readNumber(address, { id, bytes: 4 }, energyWh)

/** Total, then tariffs 1, 2, … as the meter has them; null where it has none. 902F is reverse. */
export const readTariffEnergies1997 = (
  address: string,
  id = '901F',
): Dlt645Request<readonly (Wh | null)[]> =>
  readNumbers(address, { id, bytes: 4, max: ENERGIES_MAX }, energyWh)

const AMPS_DIVISOR = 100 // XX.XX A.
const WATTS_DIVISOR = 10 // XX.XXXX kW counts 0.1 W.

/** Whole volts of phase 1–3 (B611–B613). */
export const readVoltage1997V = (address: string, phase: 1 | 2 | 3 = 1): Dlt645Request<number> =>
  readNumber(address, { id: `B61${phase}`, bytes: 2 }, (n) => n)

/** Amperes of phase 1–3 (B621–B623). */
export const readCurrent1997A = (address: string, phase: 1 | 2 | 3 = 1): Dlt645Request<number> =>
  readNumber(address, { id: `B62${phase}`, bytes: 2 }, (n) => n / AMPS_DIVISOR)

/** Total active power in W (B630), unsigned: the direction is in the status word. */
export const readPower1997W = (address: string): Dlt645Request<number> =>
  readNumber(address, { id: 'B630', bytes: 3 }, (n) => n / WATTS_DIVISOR)

const readTime = (
  address: string,
  { id, layout, from, bytes }: { id: string; layout: TimeLayout; from: number; bytes: number },
): Dlt645Request<LocalTime> =>
  readContent(address, {
    id,
    contentMax: bytes,
    read: (content) => {
      const time = content.length === bytes ? decodeTime(layout, content.subarray(from)) : null
      return time === null ? badReply(content) : answered(time)
    },
  })

/** The date (C010); makers count weekdays from 0 or 1, so ours is computed. Time of day zero. */
export const readDate1997 = (address: string): Dlt645Request<LocalTime> =>
  readTime(address, { id: 'C010', layout: 'YYMMDD', from: 1, bytes: 4 })

/** The time of day (C011); its date is 2000-01-01. */
export const readTimeOfDay1997 = (address: string): Dlt645Request<LocalTime> =>
  readTime(address, { id: 'C011', layout: 'hhmmss', from: 0, bytes: 3 })

export type StatusWord1997 = { word: number; batteryLow: boolean; raised: readonly Bit[] }

const BATTERY_LOW = 0x04

/** C020, one byte. */
export const readStatus1997 = (address: string): Dlt645Request<StatusWord1997> =>
  readContent(address, {
    id: 'C020',
    contentMax: 1,
    read: (content) => {
      const word = content[0]
      if (word === undefined || content.length !== 1) return badReply(content)
      const raised = raisedBits(word, STATUS_BITS_1997)
      return answered({ word, batteryLow: (word & BATTERY_LOW) !== 0, raised })
    },
  })
