// Relay, alarm and keep-power orders 跳合闸·报警·保电 (1CH). Every order carries the moment, in the
// meter's own time, after which the meter refuses it. "Accepted" is not "done": status word 3 is
// read back.

import { assert } from '../../../../shared/assert.ts'
import { BROADCAST_ADDRESS } from '../address.ts'
import { type CalendarTime, encodeTime } from '../calendar.ts'
import { type Accepted, accepted, ask, type Dlt645Request, NO_ECHO } from '../exchange.ts'
import { FUNC } from '../functions.ts'
import { RELAY_ORDERS, type RelayOrder } from '../relay-orders.ts'
import { type Authority, authorityBytes } from './write.ts'

/** The second byte of an order: reserved, 00; one commercial variant sends 01. */
export type RelayVariant = 0x00 | 0x01

/**
 * Refusals: `notAuthorised` for a wrong password, and for a trip while keep-power is on. Never to
 * the broadcast address or a wildcard: an order has one meter.
 */
export const relayOrder = (
  address: string,
  order: RelayOrder,
  deadline: CalendarTime,
  by: Authority,
  variant: RelayVariant = 0x00,
): Dlt645Request<Accepted> => {
  const single = address !== BROADCAST_ADDRESS && !address.includes('A')
  assert(single, 'a relay order names one meter')
  return ask({
    label: `relay ${order}`,
    address,
    func: FUNC.relay,
    data: Buffer.concat([
      authorityBytes(by),
      Buffer.of(RELAY_ORDERS[order].code, variant),
      encodeTime('YYMMDDhhmmss', deadline),
    ]),
    echo: NO_ECHO,
    contentMax: 0,
    repeatable: false,
    read: accepted,
  })
}
