// Consumption 用电扣费: integrates real time into energy and energy into money, exactly. How often it
// is called never changes the result: every boundary and the moment money ends are computed.

import { localFields, stampDigits } from './calendar.ts'
import { FLAT_TARIFF } from './factory.ts'
import { freezeWhatEnded } from './freezes.ts'
import { demandW } from './load-profile.ts'
import { overloadAt } from './overload.ts'
import { hostMoment, meterNow } from './own-clock.ts'
import { floorFenOf, settleArrears, trip } from './relay.ts'
import type { Site } from './site.ts'
import { balanceFenOf, type MeterState } from './state.ts'
import { priceE4Of, tariffAt } from './tariff-now.ts'
import { countTierUse, settleTiers, tierWhLeft } from './tiers.ts'

const MINUTE_MS = 60_000
/** Watt-milliseconds in one Wh. */
const WH = 3_600_000
/** Parts of a fen that one Wh costs at a price of 10⁻⁴ yuan. */
const FEN_PARTS = 100_000

type TwoSets<T> = { current: T; standby: T; switchAt: string | null; secondInForce: boolean }

const switchOver = <T>(sets: TwoSets<T>, stamp: string): void => {
  if (sets.switchAt === null || stamp < sets.switchAt) return
  const before = sets.current
  sets.current = sets.standby
  sets.standby = before
  sets.secondInForce = !sets.secondInForce
  sets.switchAt = null
}

/** What the meter's clock brings: a switch-over that is due, the end of an interval or day. */
const clockEvents = (state: MeterState, site: Site, atMs: number): void => {
  const { prices, zones, periods, tiers } = state
  const t = localFields(meterNow(state, atMs), site.utcOffsetMinutes)
  // Which tier a use belongs to, the tables say that counted it: those before the switch-over.
  settleTiers(state, t)
  if ((prices.switchAt ?? zones.switchAt ?? periods.switchAt ?? tiers.switchAt) !== null) {
    const stamp = stampDigits(t)
    switchOver(prices, stamp)
    switchOver(zones, stamp)
    switchOver(periods, stamp)
    switchOver(tiers, stamp)
  }
  freezeWhatEnded(state, site, atMs)
}

const deduct = (state: MeterState, energyWh: number, priceE4: number): void => {
  state.costRest += energyWh * priceE4
  const fen = Math.floor(state.costRest / FEN_PARTS)
  state.costRest -= fen * FEN_PARTS
  const fromRemaining = Math.min(fen, state.remainingFen)
  state.remainingFen -= fromRemaining
  state.overdraftFen += fen - fromRemaining
}

/** Whole Wh until the balance reaches the floor. */
const energyWhLeft = (state: MeterState, priceE4: number): number => {
  if (priceE4 === 0) return Number.POSITIVE_INFINITY
  const parts = (balanceFenOf(state) - floorFenOf(state)) * FEN_PARTS - state.costRest
  return Math.max(0, Math.ceil(parts / priceE4))
}

/** Past the meter, whatever its relay says. */
const flowPast = (state: MeterState, site: Site, endMs: number): void => {
  const watts = demandW(site, state.atMs)
  const { energyWh = 0, rest = 0 } = state.bypass ?? {}
  const parts = rest + (state.powered ? Math.max(0, watts) * (endMs - state.atMs) : 0)
  state.bypass = { on: true, energyWh: energyWh + Math.floor(parts / WH), rest: parts % WH }
  state.atMs = endMs
}

/** One stretch of constant power and price. */
const stretch = (state: MeterState, site: Site, endMs: number): void => {
  const watts = demandW(site, state.atMs)
  const { open } = (site.cutBy ?? state).relay
  const supplied = state.powered && (!open || site.stuckRelay)
  const overAtMs = overloadAt(state, site, supplied ? watts : 0)
  if (!supplied || watts <= 0) {
    if (supplied) {
      state.reverseRest -= watts * (endMs - state.atMs)
      state.reverseWh += Math.floor(state.reverseRest / WH)
      state.reverseRest %= WH
    }
    state.atMs = endMs
    return
  }
  const tariff = tariffAt(state, site, meterNow(state, state.atMs))
  const priceE4 = priceE4Of(state, tariff)
  const opensAtMs = site.identity.overloadTrips && !state.kept ? overAtMs : null
  const overloads = opensAtMs !== null && opensAtMs < endMs && !state.relay.open
  let untilMs = overloads ? Math.max(opensAtMs, state.atMs) : endMs
  let whole = Math.floor((state.energyRest + watts * (untilMs - state.atMs)) / WH)
  const mayTrip = !state.relay.open && !state.kept
  const moneyWh = mayTrip ? energyWhLeft(state, priceE4) : Number.POSITIVE_INFINITY
  // The next tier has another price, and a stretch has one.
  const left = Math.min(moneyWh, tierWhLeft(state))
  const ends = whole >= moneyWh && moneyWh === left
  if (whole >= left) {
    whole = left
    untilMs = state.atMs + Math.max(0, Math.ceil((left * WH - state.energyRest) / watts))
  }
  state.energyRest += watts * (untilMs - state.atMs) - whole * WH
  state.tariffWh[tariff - 1] = (state.tariffWh[tariff - 1] ?? 0) + whole
  countTierUse(state, whole)
  deduct(state, whole, priceE4)
  state.atMs = untilMs
  if (ends) trip(state, site, state.opened ? 'arrears' : 'notOpened', untilMs)
  else if (overloads && untilMs >= opensAtMs) trip(state, site, 'overload', untilMs)
}

const nextMinute = (ms: number): number => (Math.floor(ms / MINUTE_MS) + 1) * MINUTE_MS

/** Brings the meter up to `toMs`. A host clock that went back costs nothing and gives nothing. */
export const advance = (state: MeterState, site: Site, toMs: number): void => {
  if (toMs < state.atMs) state.atMs = toMs
  settleArrears(state, site, state.atMs)
  clockEvents(state, site, state.atMs)
  while (state.atMs < toMs) {
    const meterMinuteMs = hostMoment(state, nextMinute(meterNow(state, state.atMs)))
    const flow = state.bypass?.on === true ? flowPast : stretch
    flow(state, site, Math.min(toMs, nextMinute(state.atMs), meterMinuteMs))
    clockEvents(state, site, state.atMs)
  }
}

/** Two per cent are lost between a main meter and the meters behind it. */
const FEED_PARTS = 102
const PARTS = 100

/** A main meter counts what flowed to the meters behind it, and the losses on the way. */
export const countFeeds = (state: MeterState, throughWh: readonly number[]): void => {
  const before = state.fedWh ?? throughWh
  const energyWh = throughWh.reduce((sum, wh, i) => sum + Math.max(0, wh - (before[i] ?? wh)), 0)
  state.fedWh = [...throughWh]
  state.energyRest += (energyWh * FEED_PARTS * WH) / PARTS
  const whole = Math.floor(state.energyRest / WH)
  state.energyRest -= whole * WH
  state.tariffWh[FLAT_TARIFF - 1] = (state.tariffWh[FLAT_TARIFF - 1] ?? 0) + whole
}
