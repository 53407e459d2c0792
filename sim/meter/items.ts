// Everything a simulated meter can be asked by 11H 可读数据项, in the standard's own blocks.

import { bcdLow, hexLow } from './bytes.ts'
import { electricalItem } from './electrical.ts'
import type { Exchange } from './exchange.ts'
import { meterNow } from './own-clock.ts'
import { PARAMETERS } from './parameters.ts'
import { eventItem, freezeItem, settlementTime } from './records.ts'
import { combined, type Energies, forward, register, reverse } from './registers.ts'
import { minutesLeft } from './security.ts'
import type { MeterState } from './state.ts'
import { priceE4Of, ratePriceE4, tariffAt } from './tariff-now.ts'
import { tierPriceE4 } from './tiers.ts'

const ZERO = (state: MeterState): Energies => ({
  tariffWh: state.tariffWh.map(() => 0),
  reverseWh: 0,
})

const KINDS: Record<string, (energies: Energies) => number[]> = {
  '0000': combined,
  '0001': forward,
  '0002': reverse,
}

const TWELVE = 12

/** 0000TTDD … 0002TTDD: tariff 00..04 or FF, now 00, settlement days 01..0C or FF. */
const energyItem = ({ state }: Exchange, di: string): Buffer | null => {
  const registersOf = KINDS[di.slice(0, 4)]
  const tariff = di.slice(4, 6)
  const day = di.slice(6, 8)
  const history = Array.from({ length: TWELVE }, (_, i) => state.settlements[i] ?? ZERO(state))
  const all: Energies[] = [state, ...history]
  const chosen = day === 'FF' ? all : all.slice(Number.parseInt(day, 16)).slice(0, 1)
  if (chosen.length === 0 || registersOf === undefined) return null
  const blocks = chosen.map((energies) => {
    const values = registersOf(energies)
    return tariff === 'FF' ? values : values.slice(Number.parseInt(tariff, 16)).slice(0, 1)
  })
  if (blocks.some((values) => values.length === 0)) return null
  return Buffer.concat(blocks.flatMap((values) => values.map(register)))
}

const PURCHASE_BYTES = 23

/** 0333 01..06 NN single fields, FF NN all six; a record that is not there reads as zeros. */
const purchaseItem = ({ state }: Exchange, di: string): Buffer | null => {
  const no = Number.parseInt(di.slice(6, 8), 16)
  if (no < 1 || no > 10) return null
  return moneyRecord(state.purchases[no - 1], di.slice(4, 6))
}

type MoneyRecord = MeterState['purchases'][number]

const moneyRecord = (purchase: MoneyRecord | undefined, part: string): Buffer | null => {
  const fields =
    purchase === undefined
      ? [5, 2, 4, 4, 4, 4].map((length) => Buffer.alloc(length))
      : [
          hexLow(purchase.stamp),
          bcdLow(purchase.count, 2),
          bcdLow(purchase.amountFen, 4),
          bcdLow(purchase.beforeFen, 4),
          bcdLow(purchase.afterFen, 4),
          bcdLow(purchase.totalFen, 4),
        ]
  if (part === 'FF') return Buffer.concat(fields, PURCHASE_BYTES)
  return fields[Number.parseInt(part, 16) - 1] ?? null
}

/** 0334: the same of refunds, and 07 the order number of 8 bytes. */
const refundItem = ({ state }: Exchange, di: string): Buffer | null => {
  const no = Number.parseInt(di.slice(6, 8), 16)
  if (no < 1 || no > 10) return null
  const refund = state.refunds[no - 1]
  if (di.slice(4, 6) === '07') return refund ? hexLow(refund.orderNo) : Buffer.alloc(8)
  return moneyRecord(refund, di.slice(4, 6))
}

/** 1D (trip) and 1E (close): 000001 is the count, 00FFNN time, operator and six energies. */
const relayEventItem = ({ state }: Exchange, di: string): Buffer | null => {
  const log = di.startsWith('1D') ? state.trips : state.closings
  if (di.slice(2) === '000001') return bcdLow(log.count, 3)
  if (di.slice(2, 6) !== '00FF') return null
  const event = log.last[Number.parseInt(di.slice(6, 8), 16) - 1]
  if (event === undefined) return null
  return Buffer.concat(
    [hexLow(event.stamp), hexLow(event.operator), register(event.energyWh)],
    6 + 4 + 6 * 4,
  )
}

const PRESENT: Record<string, (exchange: Exchange) => Buffer> = {
  '00900200': ({ state }) => bcdLow(state.remainingFen, 4),
  '00900201': ({ state }) => bcdLow(state.overdraftFen, 4),
  '02800002': () => bcdLow(5_000, 2),
  '02800007': () => bcdLow(253, 2),
  '02800008': () => bcdLow(360, 2),
  '0280000B': ({ state }) => bcdLow(tierPriceE4(state), 4),
  '02800020': (exchange) => bcdLow(priceE4Of(exchange.state, rateNow(exchange)), 4),
  '02800021': (exchange) => bcdLow(ratePriceE4(exchange.state, rateNow(exchange)), 4),
  '02800022': minutesLeft,
}

const rateNow = ({ state, site, nowMs }: Exchange): number =>
  tariffAt(state, site, meterNow(state, nowMs))

const BLOCKS: [prefix: RegExp, (exchange: Exchange, di: string) => Buffer | null][] = [
  [/^000[012]/, energyItem],
  [/^020[1246]..00$|^0203..00$/, electricalItem],
  [/^00FE00/, ({ state }, di) => settlementTime(state, di)],
  [/^050[1467]/, ({ state }, di) => freezeItem(state, di)],
  [/^03300[04DE]|^031100/, ({ state }, di) => eventItem(state, di)],
  [/^0333/, purchaseItem],
  [/^0334/, refundItem],
  [/^1[DE]/, relayEventItem],
]

/** The value of one identifier (8 hexadecimal digits, DI3 first), or null: no such data. */
export const readItem = (exchange: Exchange, di: string): Buffer | null => {
  const single = PARAMETERS[di]?.read ?? PRESENT[di]
  if (single !== undefined) return single(exchange)
  return BLOCKS.find(([prefix]) => prefix.test(di))?.[1](exchange, di) ?? null
}
