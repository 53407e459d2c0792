// The relay 继电器: why it opens, who may close it again. Arrears open it, money closes it; what an
// operator opened stays open until an operator closes it; while kept (保电) nothing opens it.

import { momentDigits } from './events.ts'
import type { Site } from './site.ts'
import { balanceFenOf, energyWhOf, type MeterState, type TripCause } from './state.ts'

const EVENTS_KEPT = 10
export const NOBODY = '00000000'

/** The balance at which supply ends; overdraft is granted only to a meter that has been opened. */
export const floorFenOf = (state: MeterState): number =>
  state.opened ? -state.overdraftLimitFen : 0

export const inArrears = (state: MeterState): boolean => balanceFenOf(state) <= floorFenOf(state)

type Happening = { atMs: number; operator: string; cause: string }

const record = (
  log: MeterState['trips'],
  state: MeterState,
  site: Site,
  { atMs, operator, cause }: Happening,
): void => {
  const stamp = momentDigits(state, site, atMs)
  log.count += 1
  log.last = [{ stamp, operator, energyWh: energyWhOf(state), cause, atMs }, ...log.last]
  log.last.length = Math.min(log.last.length, EVENTS_KEPT)
}

export const trip = (
  state: MeterState,
  site: Site,
  cause: TripCause,
  atMs: number,
  operator = NOBODY,
): void => {
  if (!state.relay.open) record(state.trips, state, site, { atMs, operator, cause })
  state.relay = { open: true, ordered: 'open', cause }
}

const close = (state: MeterState, site: Site, cause: string, atMs: number, operator = NOBODY) => {
  if (state.relay.open) record(state.closings, state, site, { atMs, operator, cause })
  state.relay = { open: false, ordered: 'closed', cause: null }
}

/** Called after anything that may have ended the right to be supplied. */
export const settleArrears = (state: MeterState, site: Site, atMs: number): void => {
  if (state.relay.ordered === 'open' || state.kept || !inArrears(state)) return
  trip(state, site, state.opened ? 'arrears' : 'notOpened', atMs)
}

/** A credit closes again what missing money had opened, and nothing else. */
export const recloseAfterCredit = (state: MeterState, site: Site, atMs: number): void => {
  const forMoney = state.relay.cause === 'arrears' || state.relay.cause === 'notOpened'
  if (!forMoney || balanceFenOf(state) <= state.closingFen || inArrears(state)) return
  close(state, site, 'credit', atMs)
}

/**
 * An operator's closing (1BH permit, 1CH direct). In arrears it is accepted and lifts the
 * operator's own hold, but the meter stays open for the money's sake unless it is kept.
 */
export const closeByOrder = (
  state: MeterState,
  site: Site,
  how: 'permit' | 'direct',
  order: { atMs: number; operator: string },
): void => {
  if (!state.relay.open) return
  if (inArrears(state) && !state.kept) {
    state.relay.cause = state.opened ? 'arrears' : 'notOpened'
    return
  }
  if (how === 'permit' && site.identity.permit === 'button') {
    state.relay = { open: true, ordered: 'closed', cause: null }
    return
  }
  close(state, site, how, order.atMs, order.operator)
}

/** The tenant presses the button; it closes only what was permitted. */
export const pressButton = (state: MeterState, site: Site, atMs: number): void => {
  if (state.relay.open && state.relay.ordered === 'closed') close(state, site, 'button', atMs)
}
