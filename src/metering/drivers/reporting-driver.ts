// A driver that reports every reading it brings home, whoever asked for it: what a delivery read
// back is on the screens as soon as it is known.

import type { Clock } from '../../ports/clock.ts'
import type { Instant } from '../../shared/clock.ts'
import type { GatewayId, MeterId } from '../../shared/ids.ts'
import type {
  CreditOrder,
  FaultReason,
  FreezeKind,
  MeterDriver,
  Outcome,
  Priority,
  ReductionOrder,
  RelayOrder,
} from '../driver.ts'
import type { PollResult } from '../readings/poll-result.ts'

export type Report = (result: PollResult) => void

/** These say nothing about the meter: the question never reached it. */
const NEVER_ASKED: readonly FaultReason[] = ['deadline-passed', 'stopped', 'not-supported']

const wasAsked = (outcome: Outcome<unknown>): boolean =>
  outcome.ok || !NEVER_ASKED.includes(outcome.reason)

/** A poll result without saying whose it is. */
type Bare<T> = T extends unknown ? Omit<T, 'meterId' | 'gatewayId' | 'at' | 'onDemand'> : never
type ReadResult = Bare<PollResult>

class ReportingDriver implements MeterDriver {
  readonly meterId: MeterId
  readonly model: string
  readonly #driver: MeterDriver
  readonly #to: { clock: Clock; report: Report }
  readonly #gatewayId: GatewayId

  constructor(driver: MeterDriver, to: { clock: Clock; report: Report }, gatewayId: GatewayId) {
    this.meterId = driver.meterId
    this.model = driver.model
    this.#driver = driver
    this.#to = to
    this.#gatewayId = gatewayId
  }

  async readWallet(priority: Priority) {
    const outcome = await this.#driver.readWallet(priority)
    if (wasAsked(outcome)) this.#tell({ kind: 'wallet', outcome })
    return outcome
  }
  async readStatus(priority: Priority) {
    const outcome = await this.#driver.readStatus(priority)
    if (wasAsked(outcome)) this.#tell({ kind: 'status', outcome })
    return outcome
  }
  async readEnergy(priority: Priority) {
    const outcome = await this.#driver.readEnergy(priority)
    if (wasAsked(outcome)) this.#tell({ kind: 'energy', outcome })
    return outcome
  }
  async readRelay(priority: Priority) {
    const outcome = await this.#driver.readRelay(priority)
    if (wasAsked(outcome)) this.#tell({ kind: 'relay', outcome })
    return outcome
  }
  async readClock(priority: Priority) {
    const outcome = await this.#driver.readClock(priority)
    if (wasAsked(outcome)) this.#tell({ kind: 'clock', outcome })
    return outcome
  }
  setClock(priority: Priority) {
    return this.#driver.setClock(priority)
  }
  readFreeze(which: FreezeKind, back: number, priority: Priority) {
    return this.#driver.readFreeze(which, back, priority)
  }
  openAccount(order: CreditOrder) {
    return this.#driver.openAccount(order)
  }
  recharge(order: CreditOrder) {
    return this.#driver.recharge(order)
  }
  reduce(order: ReductionOrder) {
    return this.#driver.reduce(order)
  }
  initialiseWallet() {
    return this.#driver.initialiseWallet()
  }
  orderRelay(order: RelayOrder, deadline: Instant, priority?: Priority) {
    return this.#driver.orderRelay(order, deadline, priority)
  }

  get readRefund(): MeterDriver['readRefund'] {
    const driver = this.#driver
    return driver.readRefund?.bind(driver)
  }
  get readSettings(): MeterDriver['readSettings'] {
    const driver = this.#driver
    return driver.readSettings?.bind(driver)
  }
  get writeSettings(): MeterDriver['writeSettings'] {
    const driver = this.#driver
    return driver.writeSettings?.bind(driver)
  }
  get priceTables(): MeterDriver['priceTables'] {
    return this.#driver.priceTables
  }
  get readEvents(): MeterDriver['readEvents'] {
    const driver = this.#driver
    return driver.readEvents?.bind(driver)
  }

  #tell(read: ReadResult): void {
    const { clock, report } = this.#to
    const about = { meterId: this.meterId, gatewayId: this.#gatewayId, at: clock.now() }
    report({ ...about, onDemand: true, ...read })
  }
}

/** For everybody but the rounds, which report by themselves. */
export const reportingDriver = (
  driver: MeterDriver,
  to: { clock: Clock; report: Report },
  gatewayId: GatewayId,
): MeterDriver => new ReportingDriver(driver, to, gatewayId)
