// Reading data 读数据 (11H, and 12H where more follows): any item, and the ones the prepaid
// business needs as typed values.

import { type Fen, fen } from '../../../../ledger/money.ts'
import { assert } from '../../../../shared/assert.ts'
import { type Wh, wh } from '../../../../shared/energy.ts'
import { badReply, NOT_FITTED } from '../../fault.ts'
import { answered, type Reply } from '../../request.ts'
import { type DataItem, dataIdBytes } from '../data-ids.ts'
import { bcdNumber, isAbsent } from '../digits.ts'
import { ask, type Dlt645Request } from '../exchange.ts'
import { formatBytesMax } from '../format.ts'
import { FUNC } from '../functions.ts'
import { decodeValue, type Value } from '../value.ts'

/** The standard's limit for a reply to a read. */
export const READ_BYTES_MAX = 200
/** A follow-up number is one byte, counting from 1. */
const FOLLOW_UPS_MAX = 255

type ReadRule<T> = {
  id: string
  contentMax: number
  read: (content: Buffer) => Reply<T>
}

/** Frame `seq` of an answer of which `before` has come; the reply ends with the same number. */
const followUp = <T>(
  address: string,
  rule: ReadRule<T>,
  seq: number,
  before: Buffer,
): Dlt645Request<T> => {
  const withoutSeq = (content: Buffer) =>
    Buffer.concat([before, content.subarray(0, content.length - 1)])
  const echo = dataIdBytes(rule.id)
  return ask({
    label: `read ${rule.id} part ${seq}`,
    address,
    func: FUNC.readFollowUp,
    data: Buffer.concat([echo, Buffer.of(seq)]),
    echo,
    contentMax: READ_BYTES_MAX,
    repeatable: true,
    sequence: seq,
    read: (content) => rule.read(withoutSeq(content)),
    ...(seq < FOLLOW_UPS_MAX && {
      more: (content: Buffer) => followUp(address, rule, seq + 1, withoutSeq(content)),
    }),
  })
}

/** One item by its own rule. */
export const readContent = <T>(address: string, rule: ReadRule<T>): Dlt645Request<T> => {
  const echo = dataIdBytes(rule.id)
  assert(echo.length === 4, `not a data identifier: ${rule.id}`)
  return ask({
    label: `read ${rule.id}`,
    address,
    func: FUNC.readData,
    data: echo,
    echo,
    contentMax: rule.contentMax,
    repeatable: true,
    read: rule.read,
    more: (content) => followUp(address, rule, 1, content),
  })
}

/** The bytes of an item after its identifier, joined over all follow-up frames. */
export const readData = (address: string, id: string): Dlt645Request<Buffer> =>
  readContent(address, { id, contentMax: READ_BYTES_MAX, read: (content) => answered(content) })

/**
 * An item by its format, from the tables or from a meter model. Faults: `not-supported` where it
 * reads FF…, `bad-reply`. Parts of a block or record may be null (not fitted) each for itself.
 */
export const readItem = (
  address: string,
  item: Pick<DataItem, 'id' | 'format'>,
): Dlt645Request<Value> =>
  readContent(address, {
    id: item.id,
    contentMax: formatBytesMax(item.format, READ_BYTES_MAX),
    read: (content) => {
      const value = decodeValue(item.format, content)
      if (value === null) return NOT_FITTED
      return value.kind === 'malformed' ? badReply(content) : answered(value)
    },
  })

export type Digits = { id: string; bytes: number; signed?: boolean }

/** One BCD number, made into a domain value. */
export const readNumber = <T>(
  address: string,
  { id, bytes, signed = false }: Digits,
  make: (count: number) => T,
): Dlt645Request<T> =>
  readContent(address, {
    id,
    contentMax: bytes,
    read: (content) => {
      const count = content.length === bytes ? bcdNumber(content, signed) : 'malformed'
      if (isAbsent(content)) return NOT_FITTED
      return count === 'malformed' ? badReply(content) : answered(make(count))
    },
  })

/** A block of equal BCD numbers, as many as the meter has; null for what is not fitted. */
export const readNumbers = <T>(
  address: string,
  { id, bytes, signed = false, max }: Digits & { max: number },
  make: (count: number) => T,
): Dlt645Request<readonly (T | null)[]> =>
  readContent(address, {
    id,
    contentMax: Math.min(bytes * max, READ_BYTES_MAX),
    read: (content) => {
      const count = content.length / bytes
      if (!Number.isInteger(count) || count < 1 || count > max) return badReply(content)
      const values: (T | null)[] = []
      for (let at = 0; at < content.length; at += bytes) {
        const piece = content.subarray(at, at + bytes)
        const number = bcdNumber(piece, signed)
        if (number === 'malformed' && !isAbsent(piece)) return badReply(content)
        values.push(number === 'malformed' ? null : make(number))
      }
      return answered(values)
    },
  })

const WH_PER_COUNT = 10 // Energy registers count 0.01 kWh.
/** The total and 63 tariffs. */
const TARIFFS_MAX = 64
/**
 * Combined energy is formed of both directions as the mode word 04000601 says, and may be below
 * nothing: its top bit is the sign. Those of one direction only count up.
 */
export const isCombined = (id: string): boolean => id.startsWith('0000')
const energyItem = (id: string): Digits => ({ id, bytes: 4, signed: isCombined(id) })
const energyWh = (count: number): Wh => wh(count * WH_PER_COUNT)

/**
 * An energy register in Wh; by default the combined active total now, the billing register, which
 * is negative where more was delivered than drawn.
 */
export const readEnergy = (address: string, id = '00000000'): Dlt645Request<Wh> =>
  readNumber(address, energyItem(id), energyWh)

/** Total, then tariffs 1, 2, … as the meter has them; by default combined active energy now. */
export const readTariffEnergies = (
  address: string,
  id = '0000FF00',
): Dlt645Request<readonly (Wh | null)[]> =>
  readNumbers(address, { ...energyItem(id), max: TARIFFS_MAX }, energyWh)

/** An amount of money, XXXXXX.XX yuan. */
export const readMoney = (address: string, id: string): Dlt645Request<Fen> =>
  readNumber(address, { id, bytes: 4 }, fen)

export const readRemainingMoney = (address: string): Dlt645Request<Fen> =>
  readMoney(address, '00900200')

export const readOverdraft = (address: string): Dlt645Request<Fen> => readMoney(address, '00900201')

const WATTS_DIVISOR = 10 // XX.XXXX kW counts 0.1 W.
const DECIVOLTS_DIVISOR = 10

/** Total active power in W, negative when it flows back; a measurement, it may have a fraction. */
export const readPowerW = (address: string): Dlt645Request<number> =>
  readNumber(address, { id: '02030000', bytes: 3, signed: true }, (n) => n / WATTS_DIVISOR)

/** Voltages of phases A, B, C in V. */
export const readVoltagesV = (address: string): Dlt645Request<readonly (number | null)[]> =>
  readNumbers(address, { id: '0201FF00', bytes: 2, max: 3 }, (n) => n / DECIVOLTS_DIVISOR)

/** Voltage of one phase in V. */
export const readVoltageV = (address: string, phase: 1 | 2 | 3 = 1): Dlt645Request<number> =>
  readNumber(address, { id: `02010${phase}00`, bytes: 2 }, (n) => n / DECIVOLTS_DIVISOR)
