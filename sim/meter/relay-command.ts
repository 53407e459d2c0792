// Relay command 1CH 控制命令: trip, permit, close, keep power. The order names the moment until which
// it may be carried out, and the meter's own clock decides.

import { textLow } from './bytes.ts'
import { momentOf } from './calendar.ts'
import { type Answer, ERR, type Exchange, ok, refuse } from './exchange.ts'
import { meterNow } from './own-clock.ts'
import { closeByOrder, settleArrears, trip } from './relay.ts'

const COMMAND_BYTES = 16
const PASSWORD = '000000'
const PASSWORD_CLASSES = [0x00, 0x02, 0x03, 0x04]

/** Whether class and password (PA P0 P1 P2) open a plain write or command. */
export const passwordFits = (data: Buffer): boolean =>
  PASSWORD_CLASSES.includes(data.readUInt8(0)) && textLow(data.subarray(1, 4)) === PASSWORD

type Order = { atMs: number; operator: string }

const ACTIONS: Record<number, (exchange: Exchange, order: Order) => Answer> = {
  26: ({ state, site }, { atMs, operator }) => {
    if (state.kept) return refuse(ERR.notAuthorised)
    trip(state, site, 'operator', atMs, operator)
    return ok()
  },
  27: ({ state, site }, order) => {
    closeByOrder(state, site, 'permit', order)
    return ok()
  },
  28: ({ state, site }, order) => {
    closeByOrder(state, site, 'direct', order)
    return ok()
  },
  42: () => ok(),
  43: () => ok(),
  58: ({ state }) => {
    state.kept = true
    return ok()
  },
  59: ({ state, site }, { atMs }) => {
    state.kept = false
    // Money may have run out while the meter was kept: the meter looks again at once.
    settleArrears(state, site, atMs)
    return ok()
  },
}

export const relayCommand = (exchange: Exchange, data: Buffer): Answer => {
  if (data.length !== COMMAND_BYTES) return refuse(ERR.other)
  if (!passwordFits(data)) return refuse(ERR.notAuthorised)
  const { state, site, nowMs } = exchange
  const untilMs = momentOf(textLow(data.subarray(10, 16)), site.utcOffsetMinutes)
  if (untilMs === null || meterNow(state, nowMs) > untilMs) return refuse(ERR.other)
  const action = ACTIONS[data.readUInt8(8)]
  if (action === undefined) return refuse(ERR.other)
  exchange.mutated = true
  return action(exchange, { atMs: nowMs, operator: textLow(data.subarray(4, 8)) })
}
