// What waits for a bus 总线队列: the most urgent first, the oldest first among equals, and after a
// number of turns in a row one for the oldest of those passed over, so that nobody starves.

import type { Priority } from '../driver.ts'

export const PRIORITIES = [
  'relay',
  'recharge',
  'onDemand',
  'retry',
  'status',
  'energy',
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

export const createBusQueue = <Job extends Waiting>(): BusQueue<Job> => {
  let waiting: Job[] = []
  let turnsPassedOver = 0

  const most = (jobs: readonly Job[]): Job | null =>
    jobs.reduce<Job | null>(
      (best, job) => (best === null || rank(job.priority) < rank(best.priority) ? job : best),
      null,
    )

  const choose = (ready: readonly Job[]): Job | null => {
    const urgent = most(ready)
    if (urgent === null) return null
    const passedOver = ready.find((job) => rank(job.priority) > rank(urgent.priority))
    if (passedOver === undefined) {
      turnsPassedOver = 0
      return urgent
    }
    turnsPassedOver += 1
    if (turnsPassedOver <= TURNS_IN_A_ROW) return urgent
    turnsPassedOver = 0
    return passedOver
  }

  return {
    add: (job) => {
      waiting.push(job)
    },
    take: (mayGo) => {
      const job = choose(waiting.filter(mayGo))
      if (job !== null) waiting = waiting.filter((other) => other !== job)
      return job
    },
    remove: (matches) => {
      const removed = waiting.filter(matches)
      waiting = waiting.filter((job) => !matches(job))
      return removed
    },
    get size() {
      return waiting.length
    },
  }
}
