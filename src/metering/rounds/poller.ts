// The poller of one bus 抄读循环: asks the plan what to read next, reads it, tells the plan what came
// of it. Readings are reported as they come; commands go to the bus past this loop.

import type { Clock } from '../../ports/clock.ts'
import type { MeterId } from '../../shared/ids.ts'
import type { FaultReason, FreezeKind, FreezeReading, Outcome, Priority } from '../driver.ts'
import type { Device, DeviceReading } from '../drivers/device.ts'
import {
  type DeviceFreezes,
  deviceFreezes,
  energyWasRead,
  type FreezeQuestion,
  type FreezeSite,
  freezeAnswered,
  freezeFailed,
  freezesRefused,
  NOTHING_STORED,
  nextFreeze,
  type Stands,
} from './freeze-plan.ts'
import {
  afterHeard,
  afterRead,
  afterRecovery,
  asked,
  type DevicePlan,
  isDead,
  type NextRead,
  newDevicePlan,
  nextRead,
  type PlanTime,
  type PollIntervals,
  replaced,
  shareOf,
} from './poll-plan.ts'

export type PolledDevice = {
  device: Device
  intervals: PollIntervals
  /** How many freezes of each kind its model keeps. */
  freezes: Readonly<Record<FreezeKind, number>>
  /** What is stored of its meters; looked at once, when the device is new. */
  stands: Stands
}

/** A freeze that was fetched, and whether an outage was the reason. */
export type FreezeFetched = {
  meterId: MeterId
  which: FreezeKind
  backfill: boolean
  outcome: Outcome<FreezeReading | null>
}

export type PollerCounts = {
  devices: number
  deadDevices: number
  meters: number
  deadMeters: number
}

export type Poller = {
  /** Devices that stay keep their place in the plan. */
  setDevices(devices: readonly PolledDevice[]): void
  /** The line is up again, or something else has changed. */
  wake(): void
  /** A device has answered somebody else. */
  heard(device: Device): void
  /** Devices of another bus behind the same gateway answer again: these may, too. */
  othersAnswer(): void
  counts(): PollerCounts
  /** Since each device last gave its status, ms; infinite where it never did. */
  agesMs(): number[]
  stop(): Promise<void>
}

export type PollerDeps = {
  clock: Clock
  zone: string
  online(): boolean
  report(readings: readonly DeviceReading[]): void
  reportFreeze(fetched: FreezeFetched): void
  /** Called after each reading, for whoever watches the line. */
  afterEach(): void
  /** A bug met while reading one device: it is told and the round goes on. */
  onBug(device: Device, error: unknown): void
}

/** Wall time may jump: the plan is asked again at least this often. */
const WAIT_MAX_MS = 10_000
/** The line's fault, not the device's. */
const NOT_THE_DEVICE: readonly FaultReason[] = ['gateway-offline', 'stopped']

type Polled = DevicePlan<Device>
type Result = 'good' | 'bad' | 'not-asked'

/** What no meter of the device can tell is as good as read: no second try helps. */
const resultOf = (readings: readonly DeviceReading[]): Result => {
  const faults = readings.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome.reason]))
  if (faults.length < readings.length) return 'good'
  if (faults.some((reason) => NOT_THE_DEVICE.includes(reason))) return 'not-asked'
  const hasNone = faults.length > 0 && faults.every((reason) => reason === 'not-supported')
  return hasNone ? 'good' : 'bad'
}

class BusPoller implements Poller {
  readonly #deps: PollerDeps
  readonly #sites: FreezeSite[] = []
  #plans: Polled[] = []
  #waiting = new AbortController()
  #stopped = false
  readonly #ended: Promise<void>

  constructor(deps: PollerDeps, devices: readonly PolledDevice[]) {
    this.#deps = deps
    this.setDevices(devices)
    this.#ended = this.#run()
  }

  setDevices(devices: readonly PolledDevice[]): void {
    const known = new Map(this.#plans.map((plan) => [plan.of, plan]))
    this.#plans = devices.map((polled, place) => {
      const at = { place, count: devices.length }
      const before = known.get(polled.device)
      if (!before) return this.#newPlan(polled, at)
      replaced(before, polled.intervals, at)
      // Which slots count as missed goes by how often it is read from now on.
      if (before.freezes) before.freezes.site = this.#siteOf(polled.intervals, polled.freezes)
      return before
    })
    this.wake()
  }

  wake(): void {
    this.#waiting.abort()
  }

  heard(device: Device): void {
    const plan = this.#plans.find((one) => one.of === device)
    if (plan) afterHeard(plan, this.#time())
    this.wake()
  }

  othersAnswer(): void {
    const now = this.#time()
    for (const plan of this.#plans) afterRecovery(plan, now)
    this.wake()
  }

  counts(): PollerCounts {
    const dead = this.#plans.filter(isDead)
    const meters = (plans: readonly Polled[]) =>
      plans.reduce((sum, plan) => sum + plan.of.meters.length, 0)
    return {
      devices: this.#plans.length,
      deadDevices: dead.length,
      meters: meters(this.#plans),
      deadMeters: meters(dead),
    }
  }

  agesMs(): number[] {
    const now = this.#deps.clock.mono()
    return this.#plans.map((plan) => now - plan.statusGoodAt)
  }

  stop(): Promise<void> {
    this.#stopped = true
    this.wake()
    return this.#ended
  }

  #newPlan(
    { device, intervals, freezes, stands }: PolledDevice,
    place: { place: number; count: number },
  ): Polled {
    const meters = device.meters.map((meterId) => ({
      meterId,
      stand: stands.get(meterId) ?? NOTHING_STORED,
    }))
    const site = this.#siteOf(intervals, freezes)
    const plan = newDevicePlan(device, intervals, place, this.#time())
    plan.freezes = deviceFreezes(meters, site, shareOf(place), this.#deps.clock.now())
    return plan
  }

  /** One for all devices that have it in common. */
  #siteOf({ energyMs }: PollIntervals, kept: FreezeSite['kept']): FreezeSite {
    const known = this.#sites.find((site) => site.kept === kept && site.energyMs === energyMs)
    if (known) return known
    const site = { zone: this.#deps.zone, energyMs, kept }
    this.#sites.push(site)
    return site
  }

  #time(): PlanTime {
    return { monoMs: this.#deps.clock.mono(), wallMs: this.#deps.clock.now() }
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const plan = this.#deps.online() ? nextRead(this.#plans, this.#time()) : null
      if (plan && 'read' in plan) await this.#read(plan.read)
      else await this.#wait(plan?.waitMs ?? WAIT_MAX_MS)
    }
  }

  async #wait(ms: number): Promise<void> {
    this.#waiting = new AbortController()
    await this.#deps.clock.sleep(Math.min(ms, WAIT_MAX_MS), this.#waiting.signal)
  }

  async #read({ plan, kind, retry }: NextRead<Device>): Promise<void> {
    asked(plan, kind, this.#time())
    const result =
      kind === 'freeze'
        ? await this.#fetchFreeze(plan)
        : await this.#readRound(
            plan,
            kind,
            retry ? 'retry' : kind === 'status' ? 'status' : 'energy',
          )
    this.#deps.afterEach()
    // The link may say so a moment later: without this pause the loop would spin.
    if (result === 'not-asked' && this.#deps.online() && !this.#stopped) {
      await this.#wait(WAIT_MAX_MS)
    }
  }

  async #readRound(
    plan: Polled,
    kind: 'status' | 'energy' | 'clock',
    priority: Priority,
  ): Promise<Result> {
    const readings = await plan.of.read(kind, priority).catch((error: unknown) => {
      this.#deps.onBug(plan.of, error)
      return []
    })
    this.#deps.report(readings)
    const result = resultOf(readings)
    if (result === 'not-asked') return result
    const recovered = result === 'good' && isDead(plan)
    const now = this.#time()
    afterRead(plan, kind, result === 'good', now)
    if (kind === 'energy') this.#noteEnergy(plan, readings)
    if (recovered) for (const other of this.#plans) afterRecovery(other, now)
    return result
  }

  #noteEnergy({ freezes }: Polled, readings: readonly DeviceReading[]): void {
    if (freezes === null) return
    for (const [place, { meterId, outcome }] of readings.entries()) {
      if (outcome.ok) energyWasRead(freezes, { place, meterId, at: outcome.value.at })
    }
  }

  async #fetchFreeze({ of: device, freezes }: Polled): Promise<Result> {
    const question = freezes && nextFreeze(freezes, this.#deps.clock.now())
    const driver = question && device.driverOf(question.meterId)
    if (!freezes || !driver) return 'good'
    const { which, back } = question
    const outcome = await driver.readFreeze(which, back, 'energy').catch((error: unknown) => {
      this.#deps.onBug(device, error)
      return null
    })
    if (outcome === null) {
      freezesRefused(freezes, question)
      return 'bad'
    }
    return this.#freezeCame(freezes, question, outcome)
  }

  #freezeCame(
    freezes: DeviceFreezes,
    question: FreezeQuestion,
    outcome: Outcome<FreezeReading | null>,
  ): Result {
    const now = this.#deps.clock.now()
    if (!outcome.ok && NOT_THE_DEVICE.includes(outcome.reason)) return 'not-asked'
    if (!outcome.ok && outcome.reason === 'not-supported') freezesRefused(freezes, question)
    else if (!outcome.ok && outcome.reason !== 'refused-by-meter') {
      freezeFailed(freezes, question, now)
    } else {
      const frozenAt = outcome.ok ? (outcome.value?.frozenAt ?? null) : null
      const verdict = freezeAnswered(freezes, question, frozenAt, now)
      const { meterId, which } = question
      if (verdict.store) {
        this.#deps.reportFreeze({ meterId, which, backfill: verdict.backfill, outcome })
      }
    }
    return 'good'
  }
}

export const startPoller = (deps: PollerDeps, devices: readonly PolledDevice[]): Poller =>
  new BusPoller(deps, devices)
