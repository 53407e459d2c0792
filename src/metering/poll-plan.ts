// The poll plan 抄读计划: what to read next on one bus. PURE. Status readings are spread over their
// interval, energy rounds begin together at the wall clock's slots, a meter that stays silent is
// asked less and less, and what has the earliest deadline goes first, so that nothing starves.

import type { MeterId } from '../shared/ids.ts'

export type PollKind = 'status' | 'energy' | 'clock'

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

/** What the plan knows of one meter; times are monotonic ms. */
export type MeterPlan = {
  readonly meterId: MeterId
  readonly intervals: PollIntervals
  /** Its place on the grid of the status round. */
  readonly phaseMs: number
  readonly statusDueAt: number
  readonly statusAskedAt: number | null
  /** Failed status readings in a row. */
  readonly failures: number
  /** The last energy slot that was read. */
  readonly energySlot: number | null
  readonly energyNotBefore: number
  readonly energyFailures: number
  readonly clockDueAt: number
}

export type NextRead = { meterId: MeterId; kind: PollKind; retry: boolean }
export type Plan = { read: NextRead } | { waitMs: number }

/** Status readings aim at this part of their interval: the rest is room for the line. */
const AIM = 5 / 6
/** How far a reading may move forward on the grid in one round. */
const GRID_STEP = 1 / 4
const RETRY_AFTER_MS = [5_000, 15_000]
const DEAD_AFTER = RETRY_AFTER_MS.length + 1
/** A dead meter is asked once per interval, then every second, then every fourth. */
const DEAD_FACTOR_MAX = 4
/** What of its slot the energy round may take on a crowded bus. */
const ENERGY_SPREAD = 0.9
const ENERGY_RETRY_MS = 30_000
const ENERGY_RETRY_MAX_MS = 600_000
const CLOCK_RETRY_MS = 1_800_000

const aimMs = ({ statusMs }: PollIntervals): number => statusMs * AIM
const isDead = (meter: MeterPlan): boolean => meter.failures >= DEAD_AFTER
const slotOf = (time: PlanTime, { energyMs }: PollIntervals): number =>
  Math.floor(time.wallMs / energyMs)

/** A meter nobody has asked yet: everything is due. `place` of `count` spreads the bus. */
export const newMeterPlan = (
  meterId: MeterId,
  intervals: PollIntervals,
  { place, count }: { place: number; count: number },
  now: PlanTime,
): MeterPlan => ({
  meterId,
  intervals,
  phaseMs: (aimMs(intervals) * place) / Math.max(1, count),
  statusDueAt: now.monoMs,
  statusAskedAt: null,
  failures: 0,
  energySlot: null,
  energyNotBefore: now.monoMs,
  energyFailures: 0,
  clockDueAt: now.monoMs,
})

type Candidate = NextRead & { dueAt: number; deadline: number }

/** When the last value becomes too old; a dead meter has one interval of patience more. */
const statusDeadline = (meter: MeterPlan): number => {
  const { statusMs } = meter.intervals
  if (isDead(meter)) return meter.statusDueAt + statusMs
  return meter.statusAskedAt === null ? meter.statusDueAt : meter.statusAskedAt + statusMs
}

const candidatesOf = (meter: MeterPlan, now: PlanTime): Candidate[] => {
  const { meterId, intervals, statusDueAt } = meter
  const retry = meter.failures > 0 && !isDead(meter)
  const status: Candidate = {
    meterId,
    kind: 'status',
    retry,
    dueAt: statusDueAt,
    deadline: retry ? statusDueAt : statusDeadline(meter),
  }
  // A meter that answers no status reading would answer nothing else.
  if (meter.failures > 0) return [status]
  const intoSlotMs = now.wallMs - slotOf(now, intervals) * intervals.energyMs
  const slotStart = now.monoMs - intoSlotMs
  const read = meter.energySlot === slotOf(now, intervals)
  const energyDueAt = Math.max(
    read ? slotStart + intervals.energyMs : slotStart,
    meter.energyNotBefore,
  )
  // One deadline for all would stop the status round for as long as the whole energy round takes.
  const share = meter.phaseMs / aimMs(intervals)
  const energy: Candidate = {
    meterId,
    kind: 'energy',
    retry: false,
    dueAt: energyDueAt,
    deadline: energyDueAt + share * intervals.energyMs * ENERGY_SPREAD,
  }
  const clock: Candidate = {
    meterId,
    kind: 'clock',
    retry: false,
    dueAt: meter.clockDueAt,
    deadline: meter.clockDueAt + (1 + share) * intervals.energyMs,
  }
  return [status, energy, clock]
}

/** The due reading with the earliest deadline, or how long there is nothing to do. */
export const nextRead = (meters: readonly MeterPlan[], now: PlanTime): Plan => {
  let best: Candidate | null = null
  let earliest = Number.POSITIVE_INFINITY
  for (const meter of meters) {
    for (const one of candidatesOf(meter, now)) {
      if (one.dueAt > now.monoMs) earliest = Math.min(earliest, one.dueAt)
      else if (best === null || one.deadline < best.deadline) best = one
    }
  }
  if (best === null) return { waitMs: earliest - now.monoMs }
  const { meterId, kind, retry } = best
  return { read: { meterId, kind, retry } }
}

/** The next place on the meter's grid, a quarter of the aim early at most. */
const nextStatusAt = (meter: MeterPlan, askedAt: number): number => {
  const aim = aimMs(meter.intervals)
  const wanted = askedAt + aim
  const pastGrid = (((wanted - meter.phaseMs) % aim) + aim) % aim
  return wanted - Math.min(pastGrid, aim * GRID_STEP)
}

const statusFailed = (meter: MeterPlan, now: PlanTime): MeterPlan => {
  const failures = meter.failures + 1
  const { statusMs } = meter.intervals
  const quick = RETRY_AFTER_MS[failures - 1]
  const factor = Math.min(DEAD_FACTOR_MAX, 2 ** (failures - DEAD_AFTER))
  const dueAt =
    quick === undefined
      ? (meter.statusAskedAt ?? now.monoMs) + statusMs * factor
      : now.monoMs + quick
  return { ...meter, failures, statusDueAt: Math.max(dueAt, now.monoMs) }
}

/** Call it when a reading begins. */
export const asked = (meter: MeterPlan, kind: PollKind, now: PlanTime): MeterPlan =>
  kind === 'status' ? { ...meter, statusAskedAt: now.monoMs } : meter

/** What a reading has shown: the meter answered as it should, or not. */
export const afterRead = (
  meter: MeterPlan,
  kind: PollKind,
  good: boolean,
  now: PlanTime,
): MeterPlan => {
  const { monoMs } = now
  switch (kind) {
    case 'status': {
      if (!good) return statusFailed(meter, now)
      const statusDueAt = nextStatusAt(meter, meter.statusAskedAt ?? monoMs)
      return { ...meter, failures: 0, statusDueAt }
    }
    case 'energy': {
      if (good) return { ...meter, energySlot: slotOf(now, meter.intervals), energyFailures: 0 }
      const pause = Math.min(ENERGY_RETRY_MAX_MS, ENERGY_RETRY_MS * 2 ** meter.energyFailures)
      const energyFailures = meter.energyFailures + 1
      return { ...meter, energyFailures, energyNotBefore: monoMs + pause }
    }
    case 'clock':
      return {
        ...meter,
        clockDueAt: monoMs + (good ? meter.intervals.clockMs : CLOCK_RETRY_MS),
      }
  }
}

/**
 * A meter of this bus has come back, so the others may have too: dead ones are asked again as soon
 * as their status interval has passed.
 */
export const afterRecovery = (meter: MeterPlan, now: PlanTime): MeterPlan => {
  if (!isDead(meter)) return meter
  const soonest = (meter.statusAskedAt ?? now.monoMs) + meter.intervals.statusMs
  const statusDueAt = Math.min(meter.statusDueAt, Math.max(now.monoMs, soonest))
  return { ...meter, failures: DEAD_AFTER, statusDueAt }
}

/** The meter has answered somebody else: a silent one is asked again at once. */
export const afterHeard = (meter: MeterPlan, now: PlanTime): MeterPlan =>
  meter.failures === 0 ? meter : { ...meter, statusDueAt: now.monoMs }

/** Its recovery is news for the whole bus. */
export const countsAsDead = isDead
