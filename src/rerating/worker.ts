// Posting what was agreed to 追溯差额入账: the months of an applied change are priced again by
// settlement's own act, part by part; what was posted is kept with the change.

import { complexDays } from '../ledger/posting-day.ts'
import type { Clock } from '../ports/clock.ts'
import { systemScope } from '../ports/database.ts'
import type { SettlementDeps } from '../settlement/deps.ts'
import { rerate } from '../settlement/rerate.ts'
import { plusMs } from '../shared/clock.ts'
import { claimWork, finishWork, retryWork, type WorkRow } from '../work/store.ts'
import { RERATING_WORK } from './apply.ts'
import { CAUSE_OF } from './laid.ts'
import { inTurn } from './parts.ts'
import { partsReached } from './preview.ts'
import { monthsToPost, reratingById, writePosted, writeState } from './rerating-store.ts'

const SCOPE_NAME = 'rerating'
const CLAIMED_MAX = 5
const LEASE_MS = 10 * 60_000
const AFTER_ERROR_MS = 60_000
const LOOK_EVERY_MS = 2_000

const postRow = async (deps: SettlementDeps, work: WorkRow): Promise<void> => {
  const scope = systemScope(SCOPE_NAME, [work.complexId])
  const found = await deps.db.as(scope, async (tx) => {
    const row = await reratingById(tx, work.key)
    if (row?.state !== 'posting') return null
    const complex = await complexDays(tx, work.complexId)
    return { row, complex, reached: await monthsToPost(tx, row) }
  })
  if (found) {
    const { row, complex, reached } = found
    await inTurn(partsReached(reached), (part) =>
      deps.db.as(scope, async (tx) => {
        await rerate(tx, deps, complex, part, CAUSE_OF[row.kind])
        const supplies = part.map(({ supplyId }) => supplyId)
        await writePosted(tx, row, supplies)
      }),
    )
    await deps.db.as(scope, async (tx) => {
      await writeState(tx, row, { state: 'posted' })
      await finishWork(tx, work)
    })
  } else await deps.db.as(scope, (tx) => finishWork(tx, work))
}

/** One pass over what waits; how many were claimed. */
export const postReratings = async (deps: SettlementDeps): Promise<number> => {
  const { holder } = deps
  const claim = { kinds: [RERATING_WORK], holder, limit: CLAIMED_MAX, leaseMs: LEASE_MS }
  const rows = await claimWork(deps.db, claim)
  for (const row of rows)
    await postRow(deps, row).catch(async (error: unknown) => {
      deps.log.error('a change of the past could not be posted', {
        ...{ key: row.key, error: String(error) },
      })
      await deps.db
        .as(systemScope(SCOPE_NAME, [row.complexId]), (tx) =>
          retryWork(tx, row, plusMs(tx.now, AFTER_ERROR_MS), String(error)),
        )
        .catch(() => {})
    })
  return rows.length
}

const loop = async (deps: SettlementDeps & { clock: Clock }, signal: AbortSignal) => {
  while (!signal.aborted) {
    await postReratings(deps).catch((error: unknown) =>
      deps.log.error('changes of the past could not be looked for', { error: String(error) }),
    )
    await deps.clock.sleep(LOOK_EVERY_MS, signal)
  }
}

export const startReratings = (deps: SettlementDeps): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const running = loop(deps, stopping.signal)
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
