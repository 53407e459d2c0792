// Passwords 密码: argon2id with 19 MiB, two passes, one lane. Few hashes run at once, because each
// takes its memory and a core; a queue too long is refused instead of growing.

import { hash, type Options, verify } from '@node-rs/argon2'
import type { Rng } from '../ports/ids.ts'
import { Refusal } from '../shared/refusal.ts'

const MEMORY_KIB = 19 * 1024
const PASSES = 2
const SALT_BYTES = 16
const AT_ONCE = 2
const WAITING_MAX = 100

export type Passwords = {
  hash(password: string): Promise<string>
  /** With null the work of a check is done and the answer is false: nobody takes as long. */
  matches(stored: string | null, password: string): Promise<boolean>
}

type Gate = <T>(run: () => Promise<T>) => Promise<T>

/** At most `atOnce` run together, in the order they came. Refuses: too_many_attempts. */
export const createGate = (atOnce: number, waitingMax: number): Gate => {
  const waiting: (() => void)[] = []
  let running = 0
  return async (run) => {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax) throw new Refusal('too_many_attempts', { retryAfterS: 1 })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await run()
    } finally {
      // The place goes to the next in line; only the last one gives it back.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

export const createPasswords = (rng: Rng): Passwords => {
  const gate = createGate(AT_ONCE, WAITING_MAX)
  const options = (): Options => ({
    memoryCost: MEMORY_KIB,
    timeCost: PASSES,
    parallelism: 1,
    salt: rng.bytes(SALT_BYTES),
  })
  const hashNow = (password: string) => gate(() => hash(password, options()))
  let decoy: string | null = null
  return {
    hash: hashNow,
    matches: async (stored, password) => {
      decoy ??= await hashNow('no such operator')
      const against = stored ?? decoy
      const same = await gate(() => verify(against, password))
      return same && stored !== null
    },
  }
}
