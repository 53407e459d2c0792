// How busy a line is 总线利用率: the share of the last minute in which an exchange was under way.

const WINDOW_MS = 60_000

export type BusyTime = {
  /** Monotonic ms. */
  add(from: number, to: number): void
  /** 0 to 1; of the time since the start while that is less than a minute. */
  share(now: number): number
}

class SlidingMinute implements BusyTime {
  readonly #startedAt: number
  #windowAt: number
  #before = 0
  #busy = 0

  constructor(now: number) {
    this.#startedAt = now
    this.#windowAt = now
  }

  add(from: number, to: number): void {
    this.#roll(to)
    this.#busy += to - from
  }

  share(now: number): number {
    this.#roll(now)
    const into = now - this.#windowAt
    const ofBefore = this.#before * (1 - into / WINDOW_MS)
    const seen = Math.min(WINDOW_MS, now - this.#startedAt)
    return seen <= 0 ? 0 : Math.min(1, (this.#busy + ofBefore) / seen)
  }

  #roll(now: number): void {
    if (now < this.#windowAt + WINDOW_MS) return
    const windows = Math.floor((now - this.#windowAt) / WINDOW_MS)
    this.#before = windows === 1 ? this.#busy : 0
    this.#busy = 0
    this.#windowAt += windows * WINDOW_MS
  }
}

export const createBusyTime = (now: number): BusyTime => new SlidingMinute(now)
