// A share of the database's connections 连接配额: what is done in bulk never takes so many that a
// single order has to wait for one.

import type { Db } from '../ports/database.ts'

/** The same database, with at most `most` transactions of this share at a time, in their turn. */
export const fewAtOnce = (db: Db, most: number): Db => {
  let running = 0
  const waiting: (() => void)[] = []
  const enter = async (): Promise<void> => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go))
    else running++
  }
  /** Whoever waits longest takes the place over. */
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
  return {
    ...db,
    as: async (scope, run, kind) => {
      await enter()
      try {
        return await db.as(scope, run, kind)
      } finally {
        leave()
      }
    },
  }
}
