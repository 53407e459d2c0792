// The clock of a DL/T 645 meter 表钟: how far it is off, and setting it. Orders carry their deadline
// in the meter's own time, so the offset is kept for a while (INV-21).

import { instantOfLocal, localTime } from '../../shared/clock.ts'
import type { Outcome, Priority, WriteAnswer } from '../driver.ts'
import type { CalendarTime } from '../protocol/dlt645/calendar.ts'
import {
  readClock as askClock,
  readDate,
  readTimeOfDay,
  writeClock,
  writeDate,
  writeTimeOfDay,
} from '../protocol/dlt645/commands/clock.ts'
import type { ClockReading } from '../readings/poll-result.ts'
import { fault } from './asking.ts'
import type { Dlt645Meter } from './dlt645-meter.ts'
import { onTheSecond } from './on-the-second.ts'

/** Meter clocks drift by seconds a day; a measured offset is good for this long. */
const OFFSET_TRUST_MS = 6 * 3_600_000
/** A date and a time of day that are set apart must not have midnight between them. */
const MIDNIGHT_MARGIN_MINUTES = 2

export type Dlt645Clock = {
  /** Whole seconds, as the meter shows them. */
  readClock(priority: Priority): Promise<Outcome<ClockReading>>
  setClock(priority: Priority): Promise<Outcome<WriteAnswer>>
  /** Meter − centre, ms, measured lately or now. */
  offsetMs(priority: Priority): Promise<Outcome<number>>
  /** The clock may have been set since it was measured. */
  forget(): void
}

const dateAndTime = async (
  meter: Dlt645Meter,
  priority: Priority,
): Promise<Outcome<CalendarTime>> => {
  const { address } = meter.at
  if (!meter.has('clock-in-two-reads')) return meter.ask(askClock(address), priority)
  const date = await meter.ask(readDate(address), priority)
  if (!date.ok) return date
  const time = await meter.ask(readTimeOfDay(address), priority)
  if (!time.ok) return time
  // Midnight may have passed between the two: the date is read again where it is near.
  const again = time.value.hour === 0 ? await meter.ask(readDate(address), priority) : date
  if (!again.ok) return again
  const { year, month, dayOfMonth } = again.value
  return { ok: true, value: { ...time.value, year, month, dayOfMonth } }
}

const nearMidnight = ({ hour, minute }: CalendarTime): boolean =>
  (hour === 23 && minute >= 60 - MIDNIGHT_MARGIN_MINUTES) ||
  (hour === 0 && minute < MIDNIGHT_MARGIN_MINUTES)

class MeterClock implements Dlt645Clock {
  readonly #meter: Dlt645Meter
  #measured: { offsetMs: number; atMono: number } | null = null

  constructor(meter: Dlt645Meter) {
    this.#meter = meter
  }

  async readClock(priority: Priority): Promise<Outcome<ClockReading>> {
    const { at, clock } = this.#meter
    if (!at.model.capabilities.clock.read) return fault('not-supported', 'clock')
    const shown = await dateAndTime(this.#meter, priority)
    if (!shown.ok) return shown
    const now = clock.now()
    const moment = instantOfLocal(shown.value, at.zone)
    if (moment === null) return fault('bad-reply', 'the clock shows a moment that does not exist')
    const offsetMs = moment - now
    this.#measured = { offsetMs, atMono: clock.mono() }
    return { ok: true, value: { at: now, offsetMs } }
  }

  async setClock(priority: Priority): Promise<Outcome<WriteAnswer>> {
    const { at, clock } = this.#meter
    if (!at.model.capabilities.clock.write) return fault('not-supported', 'clock')
    const askedAt = clock.mono()
    const before = await this.readClock(priority)
    if (!before.ok) return before
    const travelMs = (clock.mono() - askedAt) / 2
    const inTwo = this.#meter.has('clock-in-two-reads')
    if (inTwo) {
      const dated = await this.#setDate(priority)
      if (!dated.ok || dated.value.answered === 'refused') return dated
    }
    const answer = await onTheSecond(clock, travelMs, (moment, sendBefore) => {
      const time = localTime(moment, at.zone)
      const write = inTwo ? writeTimeOfDay : writeClock
      return this.#write(write(at.address, time, this.#meter.authority), priority, sendBefore)
    })
    this.#measured = null
    return answer
  }

  async offsetMs(priority: Priority): Promise<Outcome<number>> {
    const measured = this.#measured
    if (measured && this.#meter.clock.mono() - measured.atMono < OFFSET_TRUST_MS) {
      return { ok: true, value: measured.offsetMs }
    }
    const reading = await this.readClock(priority)
    return reading.ok ? { ok: true, value: reading.value.offsetMs } : reading
  }

  forget(): void {
    this.#measured = null
  }

  async #setDate(priority: Priority): Promise<Outcome<WriteAnswer>> {
    const { at, clock } = this.#meter
    const today = localTime(clock.now(), at.zone)
    if (nearMidnight(today)) return fault('not-supported', 'too near to midnight', true)
    return this.#write(writeDate(at.address, today, this.#meter.authority), priority)
  }

  async #write(
    request: ReturnType<typeof writeClock>,
    priority: Priority,
    sendBefore?: number,
  ): Promise<Outcome<WriteAnswer>> {
    const answer = await this.#meter.ask(request, priority, sendBefore)
    if (answer.ok) return { ok: true, value: { answered: 'accepted' } }
    if (answer.reason !== 'refused-by-meter') return answer
    return { ok: true, value: { answered: 'refused', detail: answer.detail } }
  }
}

export const dlt645Clock = (meter: Dlt645Meter): Dlt645Clock => new MeterClock(meter)
