// A device that speaks Modbus 多用户计量装置与 Modbus 电表: one read serves all its circuits, and an
// order to one circuit never touches another.

import type { Clock } from '../../ports/clock.ts'
import { type Instant, instantOfLocal, localTime } from '../../shared/clock.ts'
import type { Outcome, Priority, RelayOrder, WriteAnswer } from '../driver.ts'
import type { ModbusModel } from '../meter-model/model-schema.ts'
import { readRegisters, writeRegisters } from '../protocol/modbus/commands/registers.ts'
import type { Target } from '../protocol/modbus/framing.ts'
import type { ClockReading } from '../readings/poll-result.ts'
import { type Ask, fault } from './asking.ts'
import { clockRange, decodeClock, encodeClock } from './modbus-clock.ts'
import { planReads } from './modbus-plan.ts'
import { type RegistersRead, readRanges } from './modbus-registers.ts'
import { type ModbusRead, wantedFor, wantedRegisters } from './modbus-values.ts'
import { onTheSecond } from './on-the-second.ts'
import { RELAY_CAPABILITY } from './relay-capability.ts'
import { createSharedReads } from './shared-reads.ts'

export type ModbusAt = {
  model: ModbusModel
  target: Target
  zone: string
  /** The circuits that are read: those that have a meter. */
  circuits: readonly number[]
}

type Written = Outcome<WriteAnswer>

const ACCEPTED: Written = { ok: true, value: { answered: 'accepted' } }

/** Neighbours among the circuits, for orders that may be written together. */
const runsOf = (circuits: readonly number[]): { first: number; count: number }[] => {
  const runs: { first: number; count: number }[] = []
  for (const circuit of [...circuits].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && circuit === last.first + last.count) last.count += 1
    else runs.push({ first: circuit, count: 1 })
  }
  return runs
}

export class ModbusUnit {
  readonly at: ModbusAt
  readonly clock: Clock
  readonly #ask: Ask
  readonly #reads
  readonly #clockReads

  constructor(clock: Clock, ask: Ask, at: ModbusAt) {
    this.clock = clock
    this.at = at
    this.#ask = ask
    const isWhole = (read: RegistersRead) => read.fault === null
    this.#reads = createSharedReads<ModbusRead, RegistersRead>(clock, isWhole)
    this.#clockReads = createSharedReads<'clock', Outcome<ClockReading>>(clock, ({ ok }) => ok)
  }

  /** All circuits at once; who asks at nearly the same time gets the same answer. */
  read(what: ModbusRead, priority: Priority): Promise<RegistersRead> {
    const { model, target, circuits } = this.at
    return this.#reads.read(what, priority, () => {
      const wanted = wantedFor(model, what, circuits)
      // What an account has left at the centre is only as fresh as its register.
      const all = what === 'status' ? [...wanted, ...wantedRegisters(model, circuits)] : wanted
      return readRanges(this.#ask, target, planReads(model, all), priority)
    })
  }

  readClock(priority: Priority): Promise<Outcome<ClockReading>> {
    return this.#clockReads.read('clock', priority, () => this.#readClock(priority))
  }

  async setClock(priority: Priority): Promise<Written> {
    const { model, target, zone } = this.at
    const shown = model.clock
    if (!shown || !model.capabilities.clock.write) return fault('not-supported', 'clock')
    const askedAt = this.clock.mono()
    const before = await this.#readClock(priority)
    if (!before.ok) return before
    const travelMs = (this.clock.mono() - askedAt) / 2
    const answer = await onTheSecond(this.clock, travelMs, (moment, sendBefore) => {
      const values = encodeClock(shown, localTime(moment, zone))
      return this.#write(target, { start: shown.register, values }, priority, sendBefore)
    })
    this.#clockReads.forget()
    return answer
  }

  /** The frame carries no deadline: nothing is sent at or after it (INV-21). */
  async orderRelay(
    order: RelayOrder,
    circuits: readonly number[],
    deadline: Instant,
    priority: Priority = 'relay',
  ): Promise<Written> {
    const { model, target } = this.at
    const words = model.relay?.orders[order]
    const can = model.capabilities.relay[RELAY_CAPABILITY[order]]
    if (!model.relay || !words || !can) return fault('not-supported', order)
    // Wall time may jump while the order waits; the deadline is kept on the monotonic clock.
    const sendBefore = this.clock.mono() + (deadline - this.clock.now())
    if (this.clock.mono() >= sendBefore) return fault('deadline-passed', 'before it was sent')
    const { register, step = 0 } = model.relay.orders
    const together = step === words.length
    const runs = together ? runsOf(circuits) : circuits.map((first) => ({ first, count: 1 }))
    // What is known of the relay ends with the order, and what is read while it is under way too.
    this.#reads.forget()
    let answer = ACCEPTED
    for (const { first, count } of runs) {
      const values = Array.from({ length: count }, () => words).flat()
      const start = register + step * (first - 1)
      answer = await this.#write(target, { start, values }, priority, sendBefore)
      if (!answer.ok || answer.value.answered === 'refused') break
    }
    this.#reads.forget()
    return answer
  }

  async #readClock(priority: Priority): Promise<Outcome<ClockReading>> {
    const { model, target, zone } = this.at
    if (!model.clock) return fault('not-supported', 'clock')
    const fn = model.blocks.find(
      ({ start, count }) =>
        model.clock !== null &&
        model.clock.register >= start &&
        model.clock.register < start + count,
    )?.fn
    const range = { ...clockRange(model.clock), ...(fn !== undefined && { fn }) }
    const answer = await this.#ask(readRegisters(target, range), priority)
    if (!answer.ok) return answer
    const now = this.clock.now()
    const moment = instantOfLocal(decodeClock(model.clock, answer.value.bytes), zone)
    if (moment === null) return fault('bad-reply', 'the clock shows a moment that does not exist')
    return { ok: true, value: { at: now, offsetMs: moment - now } }
  }

  async #write(
    target: Target,
    what: { start: number; values: readonly number[] },
    priority: Priority,
    sendBefore: number,
  ): Promise<Written> {
    const answer = await this.#ask(writeRegisters(target, what), priority, sendBefore)
    if (answer.ok) return ACCEPTED
    if (answer.reason !== 'refused-by-meter') return answer
    return { ok: true, value: { answered: 'refused', detail: answer.detail } }
  }
}
