// Relay orders and the clock of a DL/T 645 meter 拉合闸·时钟. Every order carries its deadline in the
// meter's own time, so the meter's clock is measured first (INV-21).

import { type Instant, instant, instantOfLocal, localTime, plusMs } from '../shared/clock.ts'
import { type Dlt645Meter, fault } from './dlt645-meter.ts'
import type { ModelCapabilities, Outcome, Priority, RelayOrder, WriteAnswer } from './driver.ts'
import type { ClockReading } from './poll-result.ts'
import type { CalendarTime } from './protocol/dlt645/calendar.ts'
import { readClock as askClock, readDate, readTimeOfDay } from './protocol/dlt645/commands/clock.ts'
import { relayOrder } from './protocol/dlt645/commands/relay.ts'
import type { RelayOrder as Dlt645Order } from './protocol/dlt645/relay-orders.ts'

/** Meter clocks drift by seconds a day; a measured offset is good for this long. */
const OFFSET_TRUST_MS = 6 * 3_600_000
const YEARS = { first: 2000, last: 2099 }

const ORDERS = {
  trip: 'trip',
  permitClose: 'permitClose',
  directClose: 'directClose',
  keepOn: 'keepPowerOn',
  keepOff: 'keepPowerOff',
} as const satisfies Record<RelayOrder, Dlt645Order>

const CAPABILITY = {
  trip: 'trip',
  permitClose: 'permitClose',
  directClose: 'directClose',
  keepOn: 'keepPower',
  keepOff: 'keepPower',
} as const satisfies Record<RelayOrder, keyof ModelCapabilities['relay']>

export type RelayOperator = {
  readClock(priority: Priority): Promise<Outcome<ClockReading>>
  orderRelay(order: RelayOrder, deadline: Instant): Promise<Outcome<WriteAnswer>>
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

export const dlt645RelayOperator = (meter: Dlt645Meter): RelayOperator => {
  const { clock, at } = meter
  let measured: { offsetMs: number; atMono: number } | null = null

  /** Whole seconds, as the meter shows them. */
  const readClock: RelayOperator['readClock'] = async (priority) => {
    const shown = await dateAndTime(meter, priority)
    if (!shown.ok) return shown
    const now = clock.now()
    const moment = instantOfLocal(shown.value, at.zone)
    if (moment === null) return fault('bad-reply', 'the clock shows a moment that does not exist')
    const offsetMs = moment - now
    measured = { offsetMs, atMono: clock.mono() }
    return { ok: true, value: { at: now, offsetMs } }
  }

  const offset = async (): Promise<Outcome<number>> => {
    if (measured && clock.mono() - measured.atMono < OFFSET_TRUST_MS) {
      return { ok: true, value: measured.offsetMs }
    }
    const reading = await readClock('relay')
    return reading.ok ? { ok: true, value: reading.value.offsetMs } : reading
  }

  const orderRelay: RelayOperator['orderRelay'] = async (order, deadline) => {
    if (!at.model.capabilities.relay[CAPABILITY[order]]) return fault('not-supported', order)
    // Wall time may jump while the order waits; the deadline is kept on the monotonic clock.
    const sendBefore = clock.mono() + (deadline - clock.now())
    if (clock.mono() >= sendBefore) return fault('deadline-passed', 'before it was sent')
    const offsetMs = await offset()
    if (!offsetMs.ok) return offsetMs
    const meterDeadline = localTime(instant(plusMs(deadline, offsetMs.value)), at.zone)
    if (meterDeadline.year < YEARS.first || meterDeadline.year > YEARS.last) {
      return fault('not-supported', 'the meter’s clock is in another century')
    }
    const variant = meter.has('relay-reserved-01') ? 0x01 : 0x00
    const request = relayOrder(
      at.address,
      ORDERS[order],
      meterDeadline,
      at.model.authority,
      variant,
    )
    const answer = await meter.ask(request, 'relay', sendBefore)
    if (answer.ok) return { ok: true, value: { answered: 'accepted' } }
    if (answer.reason !== 'refused-by-meter') return answer
    // An expired order is refused too: the clock may have been set since it was measured.
    measured = null
    return { ok: true, value: { answered: 'refused', detail: answer.detail } }
  }

  return { readClock, orderRelay }
}
