// Tidying at night 夜间清理: what has been kept for its time goes, in small transactions, each of which
// may be the last. One process at a time; what was done is in the log.

import { audit } from '../operators/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import { type Db, systemScope, type Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { localTime } from '../shared/clock.ts'
import type { ComplexId, TenantId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { dueForErasure } from './departed-store.ts'
import { eraseTenant } from './erase.ts'
import { dropDoneWork, dropOldSessions, retentionOf } from './retention-store.ts'

export type TidyDeps = { db: Db; ids: Ids; clock: Clock; log: Log }

const EVERY_MS = 3_600_000
const NIGHT = { from: 2, until: 5 }
const ROWS_PER_BATCH = 1_000
const TENANTS_PER_BATCH = 50
/** Longer than the six months for which the law wants to know who logged in. */
const SESSION_DAYS = 200
const SCOPE = systemScope('tidy')

type Complex = { complexId: ComplexId; zone: string }

/** Until a batch comes back with less than it might have held. */
const inBatches = async (
  db: Db,
  limit: number,
  batch: (tx: Tx) => Promise<number>,
): Promise<number> => {
  for (let sum = 0; ; ) {
    const done = await db.as(SCOPE, batch)
    sum += done
    if (done < limit) return sum
  }
}

/** False where it has to wait for a person: there is money of his, or somebody else was first. */
const erased = (deps: TidyDeps, complexId: ComplexId, tenantId: TenantId): Promise<boolean> =>
  deps.db
    .as(SCOPE, (tx) => eraseTenant(tx, deps, complexId, { tenantId, dryRun: false }))
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof Refusal) return false
        throw error
      },
    )

const eraseDue = async (deps: TidyDeps, complexId: ComplexId): Promise<number> => {
  let count = 0
  for (let after = 0; ; ) {
    const due = await deps.db.as(SCOPE, (tx) =>
      dueForErasure(tx, complexId, after, TENANTS_PER_BATCH),
    )
    for (const tenantId of due) if (await erased(deps, complexId, tenantId)) count += 1
    if (due.length < TENANTS_PER_BATCH) return count
    after = due.at(-1) ?? after
  }
}

/** What is due in one complex; in the log where anything went. */
export const tidyComplex = async (deps: TidyDeps, complexId: ComplexId): Promise<void> => {
  const retention = await deps.db.as(SCOPE, (tx) => retentionOf(tx, complexId))
  const tenants = await eraseDue(deps, complexId)
  const work = await inBatches(deps.db, ROWS_PER_BATCH, (tx) =>
    dropDoneWork(tx, retention, ROWS_PER_BATCH),
  )
  if (tenants + work === 0) return
  await deps.db.as(SCOPE, (tx) =>
    audit(tx, deps.ids, {
      ...{ complexId, action: 'privacy.tidy', subject: `complex/${complexId}` },
      after: { tenants, work },
    }),
  )
}

export const tidySessions = (deps: TidyDeps): Promise<number> =>
  inBatches(deps.db, ROWS_PER_BATCH, (tx) => dropOldSessions(tx, SESSION_DAYS, ROWS_PER_BATCH))

const pass = async (deps: TidyDeps): Promise<void> => {
  const complexes = await deps.db.as(SCOPE, (tx) =>
    tx.query<Complex>('select complex_id as "complexId", zone from complex order by complex_id'),
  )
  const now = deps.clock.now()
  for (const { complexId, zone } of complexes) {
    const { hour } = localTime(now, zone)
    if (hour >= NIGHT.from && hour < NIGHT.until) await tidyComplex(deps, complexId)
  }
  await tidySessions(deps)
}

export const startTidying = (deps: TidyDeps): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const run = async () => {
    while (!stopping.signal.aborted) {
      await deps.clock.sleep(EVERY_MS, stopping.signal)
      if (stopping.signal.aborted) return
      await pass(deps).catch((error: unknown) =>
        deps.log.error('what is kept too long was not removed', { error: String(error) }),
      )
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
