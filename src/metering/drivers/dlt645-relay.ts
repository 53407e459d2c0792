// Relay orders to a DL/T 645 meter 拉合闸. Every order carries its deadline in the meter's own time,
// so the meter's clock is measured first (INV-21).

import { type Instant, instant, localTime, plusMs } from '../../shared/clock.ts'
import type { Outcome, Priority, RelayOrder, WriteAnswer } from '../driver.ts'
import { relayOrder } from '../protocol/dlt645/commands/relay.ts'
import type { RelayOrder as Dlt645Order } from '../protocol/dlt645/relay-orders.ts'
import { fault } from './asking.ts'
import type { Dlt645Clock } from './dlt645-clock.ts'
import type { Dlt645Meter } from './dlt645-meter.ts'
import { RELAY_CAPABILITY } from './relay-capability.ts'

const YEARS = { first: 2000, last: 2099 }

const ORDERS = {
  trip: 'trip',
  permitClose: 'permitClose',
  directClose: 'directClose',
  keepOn: 'keepPowerOn',
  keepOff: 'keepPowerOff',
} as const satisfies Record<RelayOrder, Dlt645Order>

export const orderRelay = async (
  meter: Dlt645Meter,
  meterClock: Dlt645Clock,
  asked: { order: RelayOrder; deadline: Instant; priority?: Priority | undefined },
): Promise<Outcome<WriteAnswer>> => {
  const { clock, at } = meter
  const { order, deadline, priority = 'relay' } = asked
  if (!at.model.capabilities.relay[RELAY_CAPABILITY[order]]) return fault('not-supported', order)
  // Wall time may jump while the order waits; the deadline is kept on the monotonic clock.
  const sendBefore = clock.mono() + (deadline - clock.now())
  if (clock.mono() >= sendBefore) return fault('deadline-passed', 'before it was sent')
  const offsetMs = await meterClock.offsetMs(priority)
  if (!offsetMs.ok) return offsetMs
  const meterDeadline = localTime(instant(plusMs(deadline, offsetMs.value)), at.zone)
  if (meterDeadline.year < YEARS.first || meterDeadline.year > YEARS.last) {
    return fault('not-supported', 'the meter’s clock is in another century')
  }
  const variant = meter.has('relay-reserved-01') ? 0x01 : 0x00
  const request = relayOrder(at.address, ORDERS[order], meterDeadline, meter.authority, variant)
  const answer = await meter.ask(request, priority, sendBefore)
  if (answer.ok) return { ok: true, value: { answered: 'accepted' } }
  if (answer.reason !== 'refused-by-meter') return answer
  // An expired order is refused too: the clock may have been set since it was measured.
  meterClock.forget()
  return { ok: true, value: { answered: 'refused', detail: answer.detail } }
}
