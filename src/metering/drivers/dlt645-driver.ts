// The driver of DL/T 645-2007 meters 电表驱动: what any driver can be asked, over one bus session.

import type { MeterEventKind } from '../../http/contract/meter-events.ts'
import type { Instant } from '../../shared/clock.ts'
import type { MeterId } from '../../shared/ids.ts'
import type {
  CreditOrder,
  FreezeKind,
  KnownCounts,
  MeterDriver,
  PriceTablesDriver,
  Priority,
  ReductionOrder,
  RelayOrder,
  SettingName,
  SettingWrite,
} from '../driver.ts'
import { fault } from './asking.ts'
import { type Dlt645Clock, dlt645Clock } from './dlt645-clock.ts'
import { type Creditor, dlt645Creditor } from './dlt645-credit.ts'
import { readFreeze } from './dlt645-freeze.ts'
import { Dlt645Meter, type DriverDeps, type MeterOnBus } from './dlt645-meter.ts'
import { dlt645PriceTables } from './dlt645-price-tables.ts'
import {
  readEnergy,
  readRefundRecord,
  readRelay,
  readStatus,
  readWallet,
} from './dlt645-reading.ts'
import { orderRelay } from './dlt645-relay.ts'
import { readSettings, writeSettings } from './dlt645-settings.ts'

/** Read with every so many status readings; they move nothing but the picture. */
const POWER_EVERY = 2
const ELECTRICAL_EVERY = 10
/** Not in the first round after a start, when everything else is asked too. */
const ELECTRICAL_FIRST = 5

const NO_WALLET = fault('not-supported', 'this meter holds no money')

/** There are thousands: what is for orders alone is made with the first order. */
class Dlt645Driver implements MeterDriver {
  readonly #meter: Dlt645Meter
  #statusReads = 0
  #madeClock: Dlt645Clock | null = null
  #madeCreditor: Creditor | null = null

  constructor(meter: Dlt645Meter) {
    this.#meter = meter
  }

  get meterId(): MeterId {
    return this.#meter.at.meterId
  }
  get model(): string {
    return this.#meter.at.model.id
  }

  readWallet(priority: Priority) {
    return readWallet(this.#meter, priority)
  }
  readStatus(priority: Priority) {
    const asked = priority === 'onDemand'
    const shown = {
      power: asked || this.#statusReads % POWER_EVERY === 0,
      electrical: asked || this.#statusReads % ELECTRICAL_EVERY === ELECTRICAL_FIRST,
    }
    this.#statusReads += 1
    return readStatus(this.#meter, priority, shown)
  }
  readEnergy(priority: Priority) {
    return readEnergy(this.#meter, priority)
  }
  readRelay(priority: Priority) {
    return readRelay(this.#meter, priority)
  }
  readClock(priority: Priority) {
    return this.#clock().readClock(priority)
  }
  setClock(priority: Priority) {
    return this.#clock().setClock(priority)
  }
  readFreeze(which: FreezeKind, back: number, priority: Priority) {
    return readFreeze(this.#meter, which, back, priority)
  }
  async openAccount(order: CreditOrder) {
    return this.#creditor()?.openAccount(order) ?? NO_WALLET
  }
  async recharge(order: CreditOrder) {
    return this.#creditor()?.recharge(order) ?? NO_WALLET
  }
  async reduce(order: ReductionOrder) {
    return this.#creditor()?.reduce(order) ?? NO_WALLET
  }
  readRefund(priority: Priority) {
    return readRefundRecord(this.#meter, priority)
  }
  readSettings(names: readonly SettingName[]) {
    return readSettings(this.#meter, names)
  }
  writeSettings(writes: readonly SettingWrite[]) {
    return writeSettings(this.#meter, writes)
  }
  async initialiseWallet() {
    return this.#creditor()?.initialiseWallet() ?? NO_WALLET
  }
  orderRelay(order: RelayOrder, deadline: Instant, priority?: Priority) {
    return orderRelay(this.#meter, this.#clock(), { order, deadline, priority })
  }

  async readEvents(
    kinds: readonly MeterEventKind[],
    priority: Priority,
    untilMono: number,
    known?: KnownCounts,
  ) {
    const { readEvents } = await import('./dlt645-events.ts')
    return readEvents(this.#meter, kinds, priority, untilMono, known)
  }

  get priceTables(): PriceTablesDriver | undefined {
    return dlt645PriceTables(this.#meter)
  }

  #clock(): Dlt645Clock {
    this.#madeClock ??= dlt645Clock(this.#meter)
    return this.#madeClock
  }

  #creditor(): Creditor | null {
    if (!this.#meter.at.model.reads.wallet) return null
    this.#madeCreditor ??= dlt645Creditor(this.#meter)
    return this.#madeCreditor
  }
}

export const createDlt645Driver = (deps: DriverDeps, at: MeterOnBus): MeterDriver =>
  new Dlt645Driver(new Dlt645Meter(deps, at))
