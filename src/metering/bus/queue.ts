// What waits for a bus 总线队列: the most urgent first, the oldest first among equals, and after
// a number of turns of one urgency in a row one for the oldest of those it passed over, so that
// nobody starves, and yet a single order never waits because of what went before it.

import type { Priority } from '../driver.ts'

export const PRIORITIES = [
  'relay',
  'recharge',
  'onDemand',
  'retry',
  'status',
  'energy',
  'scan',
] as const satisfies readonly Priority[]

/** How many exchanges more urgent work may take before something passed over has its turn. */
const TURNS_IN_A_ROW = 8

const rank = (priority: Priority): number => PRIORITIES.indexOf(priority)

export type Waiting = { readonly priority: Priority }

export type BusQueue<Job extends Waiting> = {
  add(job: Job): void
  /** Takes the next job that `mayGo` allows, or null. */
  take(mayGo: (job: Job) => boolean): Job | null
  /** Takes out all jobs that match, oldest first. */
  remove(matches: (job: Job) => boolean): Job[]
  readonly size: number
}

class ArrayQueue<Job extends Waiting> implements BusQueue<Job> {
  #waiting: Job[] = []
  /** By rank: turns since something less urgent had one. */
  readonly #turnsInARow = PRIORITIES.map(() => 0)

  get size(): number {
    return this.#waiting.length
  }

  add(job: Job): void {
    this.#waiting.push(job)
  }

  // On the path of every exchange: nothing is allocated here.
  take(mayGo: (job: Job) => boolean): Job | null {
    const waiting = this.#waiting
    let urgent: Job | null = null
    for (const job of waiting) {
      if ((urgent === null || rank(job.priority) < rank(urgent.priority)) && mayGo(job))
        urgent = job
    }
    if (urgent === null) return null
    const urgency = rank(urgent.priority)
    const passedOver = waiting.find((job) => rank(job.priority) > urgency && mayGo(job))
    const chosen = this.#turn(urgent, urgency, passedOver)
    waiting.splice(waiting.indexOf(chosen), 1)
    return chosen
  }

  remove(matches: (job: Job) => boolean): Job[] {
    if (!this.#waiting.some(matches)) return []
    const removed = this.#waiting.filter(matches)
    this.#waiting = this.#waiting.filter((job) => !matches(job))
    return removed
  }

  #turn(urgent: Job, urgency: number, passedOver: Job | undefined): Job {
    const turns = this.#turnsInARow[urgency] ?? 0
    const yields = passedOver !== undefined && turns >= TURNS_IN_A_ROW
    this.#turnsInARow[urgency] = passedOver === undefined ? 0 : turns + 1
    const chosen = yields ? passedOver : urgent
    this.#turnsInARow.fill(0, 0, rank(chosen.priority))
    return chosen
  }
}

export const createBusQueue = <Job extends Waiting>(): BusQueue<Job> => new ArrayQueue<Job>()
