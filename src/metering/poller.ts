// The poller of one bus 抄读循环: asks the plan what to read next, reads it, tells the plan what came
// of it. Readings report themselves; commands go to the bus past this loop.

import type { Clock } from '../ports/clock.ts'
import type { MeterId } from '../shared/ids.ts'
import type { FaultReason, MeterDriver, Outcome, Priority } from './driver.ts'
import {
  afterHeard,
  afterRead,
  afterRecovery,
  asked,
  countsAsDead,
  type MeterPlan,
  type NextRead,
  newMeterPlan,
  nextRead,
  type PlanTime,
  type PollIntervals,
} from './poll-plan.ts'

export type PolledMeter = { driver: MeterDriver; intervals: PollIntervals }

export type Poller = {
  /** Meters that stay keep their place in the plan. */
  setMeters(meters: readonly PolledMeter[]): void
  /** The line is up again, or something else has changed. */
  wake(): void
  /** A meter has answered somebody else. */
  heard(meter: MeterId): void
  stop(): Promise<void>
}

export type PollerDeps = {
  clock: Clock
  online(): boolean
  /** Called after each reading, for whoever watches the line. */
  afterEach(): void
  /** A bug met while reading one meter: it is told and the round goes on. */
  onBug(meter: MeterId, error: unknown): void
}

/** Wall time may jump: the plan is asked again at least this often. */
const WAIT_MAX_MS = 10_000
/** The line's fault, not the meter's. */
const NOT_THE_METER: readonly FaultReason[] = ['gateway-offline', 'stopped']

const BROKEN: Outcome<never> = { ok: false, reason: 'bad-reply', detail: 'bug', mayRetry: false }

class BusPoller implements Poller {
  readonly #deps: PollerDeps
  readonly #drivers = new Map<MeterId, MeterDriver>()
  #plans: MeterPlan[] = []
  #waiting = new AbortController()
  #stopped = false
  readonly #ended: Promise<void>

  constructor(deps: PollerDeps, meters: readonly PolledMeter[]) {
    this.#deps = deps
    this.setMeters(meters)
    this.#ended = this.#run()
  }

  setMeters(meters: readonly PolledMeter[]): void {
    const now = this.#time()
    const known = new Map(this.#plans.map((plan) => [plan.meterId, plan]))
    this.#drivers.clear()
    this.#plans = meters.map(({ driver, intervals }, place) => {
      this.#drivers.set(driver.meterId, driver)
      const fresh = newMeterPlan(driver.meterId, intervals, { place, count: meters.length }, now)
      const before = known.get(driver.meterId)
      return before ? { ...before, intervals, phaseMs: fresh.phaseMs } : fresh
    })
    this.wake()
  }

  wake(): void {
    this.#waiting.abort()
  }

  heard(meter: MeterId): void {
    this.#change(meter, (plan) => afterHeard(plan, this.#time()))
    this.wake()
  }

  stop(): Promise<void> {
    this.#stopped = true
    this.wake()
    return this.#ended
  }

  #time(): PlanTime {
    return { monoMs: this.#deps.clock.mono(), wallMs: this.#deps.clock.now() }
  }

  #change(meter: MeterId, change: (plan: MeterPlan) => MeterPlan): void {
    this.#plans = this.#plans.map((plan) => (plan.meterId === meter ? change(plan) : plan))
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

  async #read(next: NextRead): Promise<void> {
    const driver = this.#drivers.get(next.meterId)
    if (!driver) return
    this.#change(next.meterId, (plan) => asked(plan, next.kind, this.#time()))
    const outcome = await readWith(driver, next).catch((error: unknown) => {
      this.#deps.onBug(next.meterId, error)
      return BROKEN
    })
    this.#deps.afterEach()
    if (!outcome.ok && NOT_THE_METER.includes(outcome.reason)) {
      // The link may say so a moment later: without this pause the loop would spin.
      if (this.#deps.online() && !this.#stopped) await this.#wait(WAIT_MAX_MS)
      return
    }
    const recovered =
      outcome.ok && this.#plans.some((p) => p.meterId === next.meterId && countsAsDead(p))
    this.#change(next.meterId, (plan) => afterRead(plan, next.kind, outcome.ok, this.#time()))
    if (recovered) this.#plans = this.#plans.map((plan) => afterRecovery(plan, this.#time()))
  }
}

const readWith = (driver: MeterDriver, { kind, retry }: NextRead): Promise<Outcome<unknown>> => {
  const statusPriority: Priority = retry ? 'retry' : 'status'
  switch (kind) {
    case 'status':
      return driver.readStatus(statusPriority)
    case 'energy':
      return driver.readEnergy('energy')
    case 'clock':
      return driver.readClock('energy')
  }
}

export const startPoller = (deps: PollerDeps, meters: readonly PolledMeter[]): Poller =>
  new BusPoller(deps, meters)
