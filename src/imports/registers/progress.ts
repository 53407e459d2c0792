// How far each import is 导入进度, while it runs in this process; another process knows nothing of it.

import type { ImportProgress } from '../../http/contract/imports.ts'
import type { OperatorId } from '../../shared/ids.ts'

const KEPT_MAX = 100
const NOTHING: ImportProgress = { phase: 'unknown', done: 0, total: 0 }

export type Tell = (now: ImportProgress) => void

export type Progress = {
  /** Runs what tells of itself; without a name nobody asks. */
  during<T>(
    operator: OperatorId | null,
    name: string | undefined,
    run: (tell: Tell) => Promise<T>,
  ): Promise<T>
  /** Of one's own imports only. */
  of(operator: OperatorId | null, name: string): ImportProgress
}

export const createProgress = (): Progress => {
  const running = new Map<string, ImportProgress>()
  const keyOf = (operator: OperatorId | null, name: string) => `${operator}/${name}`
  return {
    during: async (operator, name, run) => {
      if (name === undefined || running.size >= KEPT_MAX) return run(() => {})
      const key = keyOf(operator, name)
      try {
        return await run((now) => running.set(key, now))
      } finally {
        running.delete(key)
      }
    },
    of: (operator, name) => running.get(keyOf(operator, name)) ?? NOTHING,
  }
}
