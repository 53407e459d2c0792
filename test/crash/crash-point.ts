// The place where a process dies 崩溃点: every call to the world passes here and is counted; the n-th
// kills the process on the spot, before the call is made.

import type { Db, Tx } from '../../src/ports/database.ts'
import type { DialResult, LinkConnection, Net } from '../../src/ports/net.ts'

export type CrashPoint = {
  /** Counts from here; null never kills. */
  arm(at: number | null): void
  pass(): void
  readonly calls: number
}

export const createCrashPoint = (): CrashPoint => {
  let calls = 0
  let killAt: number | null = null
  let counting = false
  return {
    arm: (at) => {
      calls = 0
      killAt = at
      counting = true
    },
    pass: () => {
      if (!counting) return
      calls += 1
      if (calls === killAt) process.kill(process.pid, 'SIGKILL')
    },
    get calls() {
      return calls
    },
  }
}

/** Statements, begin and commit of every transaction but the idle look for work. */
export const crashingDb = (db: Db, point: CrashPoint, idleFrom: string): Db => ({
  close: () => db.close(),
  as: async (scope, run, kind) => {
    if (scope.from === idleFrom) return db.as(scope, run, kind)
    point.pass()
    const result = await db.as(
      scope,
      async (tx) => {
        const counted: Tx = {
          ...tx,
          query: (sql, params, plan) => {
            point.pass()
            return tx.query(sql, params, plan)
          },
          last: (sql, params) => {
            point.pass()
            return tx.last(sql, params)
          },
        }
        const answer = await run(counted)
        point.pass()
        return answer
      },
      kind,
    )
    point.pass()
    return result
  },
})

const crashingConnection = (to: LinkConnection, point: CrashPoint): LinkConnection => ({
  ...to,
  write: (bytes) => {
    point.pass()
    to.write(bytes)
    point.pass()
  },
  onBytes: (listener) =>
    to.onBytes((bytes) => {
      point.pass()
      listener(bytes)
    }),
})

export const crashingNet = (net: Net, point: CrashPoint): Net => ({
  ...net,
  dialTcp: async (to): Promise<DialResult> => {
    const dialled = await net.dialTcp(to)
    return dialled.ok
      ? { ok: true, connection: crashingConnection(dialled.connection, point) }
      : dialled
  },
})
