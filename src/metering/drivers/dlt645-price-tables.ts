// Prices and times inside a DL/T 645 meter 电价表: reading all of them or enough to see that nothing
// was changed, and writing one. Only day tables that something follows are read.

import type {
  Fault,
  FaultReason,
  Outcome,
  PricesRead,
  PriceTablesCapability,
  PriceTablesDriver,
  PriceTablesRead,
  Priority,
  RunningSets,
  WriteAnswer,
} from '../driver.ts'
import {
  readDayTable,
  readHoliday,
  readHolidayCount,
  readMonthStart,
  readPrices,
  readRestDays,
  readRestDayTable,
  readSwitchAt,
  readTiers,
  readZones,
  type TableSetNo,
  writePriceItem,
} from '../protocol/dlt645/commands/price-tables.ts'
import { readStatusWord3 } from '../protocol/dlt645/commands/status.ts'
import type { MeterDays, MeterTableSet, PriceItem } from '../protocol/price-tables.ts'
import type { Request } from '../protocol/request.ts'
import type { Dlt645Meter } from './dlt645-meter.ts'

/** A reading of many questions ends with the first that fails. */
class Failed extends Error {
  override readonly name = 'Failed'
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.reason)
    this.fault = fault
  }
}

type AskFor = <T>(request: Request<T>) => Promise<T>

const whole = async <T>(read: () => Promise<T>): Promise<Outcome<T>> => {
  try {
    return { ok: true, value: await read() }
  } catch (error) {
    if (error instanceof Failed) return error.fault
    throw error
  }
}

const LOST: readonly FaultReason[] = ['timeout', 'bad-reply']

/** Keeps its place among the others; it is before every day. */
const NO_HOLIDAY = { day: '', dayTable: 0 }

const DAY_TABLES = [1, 2, 3, 4, 5, 6, 7, 8]

class Dlt645PriceTables implements PriceTablesDriver {
  readonly #meter: Dlt645Meter
  readonly #can: PriceTablesCapability

  constructor(meter: Dlt645Meter, can: PriceTablesCapability) {
    this.#meter = meter
    this.#can = can
  }

  read(priority: Priority, dayTables = 0): Promise<Outcome<PriceTablesRead>> {
    const ask = this.#asking(priority)
    return whole(async () => {
      const days = await this.#days(ask)
      const running = await this.#set(ask, 1, days, dayTables)
      const standby = await this.#set(ask, 2, days, dayTables)
      const switchAt = await this.#switchAt(ask)
      const runningSets = await this.#runningSets(ask)
      return { at: this.#meter.clock.now(), running, standby, days, switchAt, runningSets }
    })
  }

  readPrices(priority: Priority): Promise<Outcome<PricesRead>> {
    const ask = this.#asking(priority)
    const { address } = this.#meter.at
    return whole(async () => ({
      pricesE4: await ask(readPrices(address, 1)),
      zones: await ask(readZones(address, 1)),
      monthStart: await this.#monthStart(ask),
      runningSets: await this.#runningSets(ask),
      at: this.#meter.clock.now(),
    }))
  }

  async write(item: PriceItem, priority: Priority): Promise<Outcome<WriteAnswer>> {
    const { at, authority } = this.#meter
    const request = writePriceItem(at.address, item, this.#can.tiers, authority)
    const answer = await this.#meter.ask(request, priority)
    if (answer.ok) return { ok: true, value: { answered: 'accepted' } }
    if (answer.reason !== 'refused-by-meter') return answer
    return { ok: true, value: { answered: 'refused', detail: answer.detail } }
  }

  #asking(priority: Priority): AskFor {
    return async (request) => {
      const first = await this.#meter.ask(request, priority)
      // Twenty questions and more hardly all get through a poor line if none is repeated.
      const lost = !first.ok && LOST.includes(first.reason)
      const answer = lost ? await this.#meter.ask(request, priority) : first
      if (!answer.ok) throw new Failed(answer)
      return answer.value
    }
  }

  async #days(ask: AskFor): Promise<MeterDays> {
    const { address } = this.#meter.at
    const restDays = await ask(readRestDays(address))
    const restDayTable = await ask(readRestDayTable(address))
    const count = this.#can.holidays === 0 ? 0 : await ask(readHolidayCount(address))
    const holidays: MeterDays['holidays'] = []
    for (let no = 1; no <= count; no++)
      holidays.push((await ask(readHoliday(address, no))) ?? NO_HOLIDAY)
    return { restDays, restDayTable, holidays, monthStart: await this.#monthStart(ask) }
  }

  #monthStart(ask: AskFor): Promise<string | null> {
    const told = this.#can.tiers?.settlementDay === true
    return told ? ask(readMonthStart(this.#meter.at.address)) : Promise.resolve(null)
  }

  async #set(
    ask: AskFor,
    set: TableSetNo,
    days: MeterDays,
    atLeast: number,
  ): Promise<MeterTableSet> {
    const { address } = this.#meter.at
    const { tiers } = this.#can
    const pricesE4 = await ask(readPrices(address, set))
    const zones = await ask(readZones(address, set))
    const followed = [
      ...zones.map(({ dayTable }) => dayTable),
      ...days.holidays.map(({ dayTable }) => dayTable),
      ...(days.restDays.length > 0 ? [days.restDayTable] : []),
    ]
    const last = Math.max(atLeast, ...followed.filter((no) => no <= this.#can.dayTables))
    const dayTables: MeterTableSet['dayTables'] = []
    for (const no of DAY_TABLES.slice(0, last)) {
      const wanted = no <= atLeast || followed.includes(no)
      dayTables.push(wanted ? await this.#dayTable(ask, set, no) : [])
    }
    const id = set === 1 ? tiers?.running : tiers?.standby
    return {
      pricesE4,
      zones,
      dayTables,
      tiers: id === undefined ? null : await ask(readTiers(address, id)),
    }
  }

  /** A meter that was never given this one may refuse to show it. */
  async #dayTable(ask: AskFor, set: TableSetNo, no: number) {
    try {
      return await ask(readDayTable(this.#meter.at.address, set, no))
    } catch (error) {
      if (error instanceof Failed && error.fault.reason === 'refused-by-meter') return []
      throw error
    }
  }

  async #switchAt(ask: AskFor): Promise<PriceTablesRead['switchAt']> {
    const { address } = this.#meter.at
    return {
      prices: await ask(readSwitchAt(address, 'prices')),
      zones: await ask(readSwitchAt(address, 'zones')),
      dayTables: await ask(readSwitchAt(address, 'dayTables')),
      tiers: this.#can.tiers === null ? null : await ask(readSwitchAt(address, 'tiers')),
    }
  }

  async #runningSets(ask: AskFor): Promise<RunningSets> {
    const word = await ask(readStatusWord3(this.#meter.at.address))
    return {
      prices: word.runningPriceSet,
      zones: word.runningZoneSet,
      dayTables: word.runningPeriodSet,
      tiers: word.runningTierSet,
    }
  }
}

/** Undefined for a model that holds no prices of ours. */
export const dlt645PriceTables = (meter: Dlt645Meter): PriceTablesDriver | undefined => {
  const can = meter.at.model.capabilities.priceTables
  return can && new Dlt645PriceTables(meter, can)
}
