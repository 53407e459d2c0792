// The poll plan 抄读计划: what to read next on one bus. Status readings are spread over their interval,
// energy rounds begin together at the wall clock's slots, freezes are fetched when there is nothing
// more urgent, a device that stays silent is asked less and less, and what has the earliest
// deadline goes first, so that nothing starves. It does nothing but arithmetic; plans change in
// place, because ten thousand of them are looked through for every exchange.

import { type DeviceFreezes, FREEZE_PATIENCE_MS } from './freeze-plan.ts'

export type PollKind = 'status' | 'energy' | 'clock' | 'freeze'

/** Monotonic time measures intervals; wall time only says which energy slot it is. */
export type PlanTime = { monoMs: number; wallMs: number }

export type PollIntervals = {
  /** No status value is to be older than this. */
  statusMs: number
  energyMs: number
  clockMs: number
}

export const DEFAULT_INTERVALS: PollIntervals = {
  statusMs: 180_000,
  energyMs: 1_800_000,
  clockMs: 6 * 3_600_000,
}

/** What the plan knows of one device; times are monotonic ms. */
export type DevicePlan<Of = unknown> = {
  /** Whose plan it is. */
  readonly of: Of
  intervals: PollIntervals
  /** Its place on the grid of the status round. */
  phaseMs: number
  statusDueAt: number
  /** NEVER before the first. */
  statusAskedAt: number
  /** When it last answered a status reading as it should; NEVER before the first. */
  statusGoodAt: number
  /** Failed status readings in a row. */
  failures: number
  /** The last energy slot that was read, NEVER before the first. */
  energySlot: number
  energyNotBefore: number
  energyFailures: number
  clockDueAt: number
  /** What of its freezes is still missing; null where it keeps none. */
  freezes: DeviceFreezes | null
}

export type NextRead<Of> = { plan: DevicePlan<Of>; kind: PollKind; retry: boolean }
export type Plan<Of> = { read: NextRead<Of> } | { waitMs: number }

export const NEVER = Number.NEGATIVE_INFINITY
/** Status readings aim at this part of their interval: the rest is room for the line. */
const AIM = 5 / 6
/** How far a reading may move forward on the grid in one round. */
const GRID_STEP = 1 / 4
const RETRY_AFTER_MS = [5_000, 15_000]
const DEAD_AFTER = RETRY_AFTER_MS.length + 1
/** A dead device is asked once per interval, then every second, then every fourth. */
const DEAD_FACTOR_MAX = 4
/** What of its slot the energy round may take on a crowded bus. */
const ENERGY_SPREAD = 0.9
const ENERGY_RETRY_MS = 30_000
const ENERGY_RETRY_MAX_MS = 600_000
const CLOCK_RETRY_MS = 1_800_000

const aimMs = ({ statusMs }: PollIntervals): number => statusMs * AIM
export const isDead = (plan: DevicePlan): boolean => plan.failures >= DEAD_AFTER
const slotOf = (time: PlanTime, { energyMs }: PollIntervals): number =>
  Math.floor(time.wallMs / energyMs)

/** `place` of `count` spreads the bus. */
export type Place = { place: number; count: number }

/** Its share of whatever is spread over the bus, from 0 to just below 1. */
export const shareOf = ({ place, count }: Place): number => place / Math.max(1, count)

/** A device nobody has asked yet: everything is due. */
export const newDevicePlan = <Of>(
  of: Of,
  intervals: PollIntervals,
  place: Place,
  now: PlanTime,
): DevicePlan<Of> => ({
  of,
  intervals,
  phaseMs: aimMs(intervals) * shareOf(place),
  statusDueAt: now.monoMs,
  statusAskedAt: NEVER,
  statusGoodAt: NEVER,
  failures: 0,
  energySlot: NEVER,
  energyNotBefore: now.monoMs,
  energyFailures: 0,
  clockDueAt: now.monoMs,
  freezes: null,
})

/** The bus has more devices or fewer, or they are to be read more often. */
export const replaced = (plan: DevicePlan, intervals: PollIntervals, place: Place): void => {
  // Otherwise a shorter interval would begin only after the longer one.
  if (plan.failures === 0 && plan.statusAskedAt !== NEVER) {
    plan.statusDueAt = Math.min(plan.statusDueAt, plan.statusAskedAt + aimMs(intervals))
  }
  plan.intervals = intervals
  plan.phaseMs = aimMs(intervals) * shareOf(place)
}

/** When the last value becomes too old; a dead device has one interval of patience more. */
const statusDeadline = (plan: DevicePlan): number => {
  if (isDead(plan)) return plan.statusDueAt + plan.intervals.statusMs
  if (plan.failures > 0 || plan.statusAskedAt === NEVER) return plan.statusDueAt
  return plan.statusAskedAt + plan.intervals.statusMs
}

const energyDueAt = (plan: DevicePlan, now: PlanTime): number => {
  const { energyMs } = plan.intervals
  const slot = slotOf(now, plan.intervals)
  const slotStart = now.monoMs - (now.wallMs - slot * energyMs)
  return Math.max(plan.energySlot === slot ? slotStart + energyMs : slotStart, plan.energyNotBefore)
}

/** The earliest deadline of what is due, and the next moment at which anything is. */
class Choice<Of> {
  best: DevicePlan<Of> | null = null
  kind: PollKind = 'status'
  #deadline = Number.POSITIVE_INFINITY
  earliest = Number.POSITIVE_INFINITY

  offer(
    plan: DevicePlan<Of>,
    kind: PollKind,
    dueAt: number,
    deadline: number,
    nowMs: number,
  ): void {
    if (dueAt > nowMs) this.earliest = Math.min(this.earliest, dueAt)
    else if (this.best === null || deadline < this.#deadline) {
      this.best = plan
      this.kind = kind
      this.#deadline = deadline
    }
  }
}

const offerAll = <Of>(choice: Choice<Of>, plan: DevicePlan<Of>, now: PlanTime): void => {
  const { monoMs } = now
  choice.offer(plan, 'status', plan.statusDueAt, statusDeadline(plan), monoMs)
  // A device that answers no status reading would answer nothing else.
  if (plan.failures > 0) return
  const { intervals, freezes } = plan
  // One deadline for all would stop the status round for as long as the whole energy round takes.
  const share = plan.phaseMs / aimMs(intervals)
  const energyAt = energyDueAt(plan, now)
  const spread = share * intervals.energyMs * ENERGY_SPREAD
  choice.offer(plan, 'energy', energyAt, energyAt + spread, monoMs)
  const clockBy = plan.clockDueAt + (1 + share) * intervals.energyMs
  choice.offer(plan, 'clock', plan.clockDueAt, clockBy, monoMs)
  if (freezes === null) return
  const freezeAt = freezes.dueAt + monoMs - now.wallMs
  choice.offer(plan, 'freeze', freezeAt, freezeAt + FREEZE_PATIENCE_MS, monoMs)
}

/** The due reading with the earliest deadline, or how long there is nothing to do. */
export const nextRead = <Of>(plans: readonly DevicePlan<Of>[], now: PlanTime): Plan<Of> => {
  const choice = new Choice<Of>()
  for (const plan of plans) offerAll(choice, plan, now)
  const { best, kind } = choice
  if (best === null) return { waitMs: choice.earliest - now.monoMs }
  const retry = kind === 'status' && best.failures > 0 && !isDead(best)
  return { read: { plan: best, kind, retry } }
}

/** The next place on the device's grid, a quarter of the aim early at most. */
const nextStatusAt = (plan: DevicePlan, askedAt: number): number => {
  const aim = aimMs(plan.intervals)
  const wanted = askedAt + aim
  const pastGrid = (((wanted - plan.phaseMs) % aim) + aim) % aim
  return wanted - Math.min(pastGrid, aim * GRID_STEP)
}

const statusAsked = (plan: DevicePlan, now: PlanTime): number =>
  plan.statusAskedAt === NEVER ? now.monoMs : plan.statusAskedAt

const statusFailed = (plan: DevicePlan, now: PlanTime): void => {
  plan.failures += 1
  const quick = RETRY_AFTER_MS[plan.failures - 1]
  const factor = Math.min(DEAD_FACTOR_MAX, 2 ** (plan.failures - DEAD_AFTER))
  const dueAt =
    quick === undefined
      ? statusAsked(plan, now) + plan.intervals.statusMs * factor
      : now.monoMs + quick
  plan.statusDueAt = Math.max(dueAt, now.monoMs)
}

/** Call it when a reading begins. */
export const asked = (plan: DevicePlan, kind: PollKind, now: PlanTime): void => {
  if (kind === 'status') plan.statusAskedAt = now.monoMs
}

/** What a reading has shown: the device answered as it should, or not. */
export const afterRead = (
  plan: DevicePlan,
  kind: Exclude<PollKind, 'freeze'>,
  good: boolean,
  now: PlanTime,
): void => {
  const { monoMs } = now
  switch (kind) {
    case 'status':
      if (!good) {
        statusFailed(plan, now)
        break
      }
      plan.failures = 0
      plan.statusGoodAt = monoMs
      plan.statusDueAt = nextStatusAt(plan, statusAsked(plan, now))
      break
    case 'energy':
      if (good) {
        plan.energySlot = slotOf(now, plan.intervals)
        plan.energyFailures = 0
      } else {
        const pause = Math.min(ENERGY_RETRY_MAX_MS, ENERGY_RETRY_MS * 2 ** plan.energyFailures)
        plan.energyFailures += 1
        plan.energyNotBefore = monoMs + pause
      }
      break
    case 'clock':
      plan.clockDueAt = monoMs + (good ? plan.intervals.clockMs : CLOCK_RETRY_MS)
      break
  }
}

/**
 * A device of this bus has come back, so the others may have too: dead ones are asked again as soon
 * as their status interval has passed.
 */
export const afterRecovery = (plan: DevicePlan, now: PlanTime): void => {
  if (!isDead(plan)) return
  const soonest = statusAsked(plan, now) + plan.intervals.statusMs
  plan.failures = DEAD_AFTER
  plan.statusDueAt = Math.min(plan.statusDueAt, Math.max(now.monoMs, soonest))
}

/** The device has answered somebody else: a silent one is asked again at once. */
export const afterHeard = (plan: DevicePlan, now: PlanTime): void => {
  if (plan.failures > 0) plan.statusDueAt = now.monoMs
}
