// The webhook worker 推送进程: looks once a second for subscribers who have something coming, tells
// several of them side by side, and tidies up. A slow subscriber holds up nobody but himself.

import { systemScope } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import { plusMs } from '../shared/clock.ts'
import {
  buryOld,
  type Claimed,
  claimWebhooks,
  forgetOld,
  releaseClaimsOf,
} from './delivery-store.ts'
import { ROUND_MAX, type TellDeps, tellOne } from './tell.ts'

const LOOK_EVERY_MS = 1_000
/** Longer than a round in which each is answered at the last moment. */
const LEASE_MS = ROUND_MAX * 15_000
const AT_ONCE = 8
const TIDY_EVERY_MS = 10 * 60_000
const DAY_MS = 86_400_000
const KEEP_DELIVERED_MS = 30 * DAY_MS
const KEEP_DEAD_MS = 90 * DAY_MS

export type WebhookWorkerDeps = TellDeps & { log: Log }

const EVERYWHERE = systemScope('webhooks')

/** Looks once and tells all who have something coming. Answers how many messages went out. */
export const tellDue = async (deps: WebhookWorkerDeps, stopping: AbortSignal): Promise<number> => {
  const { holder } = deps
  const claimed = await deps.db.as(EVERYWHERE, (tx) =>
    claimWebhooks(tx, { holder, leaseMs: LEASE_MS, limit: AT_ONCE }),
  )
  const told = claimed.map(async (of: Claimed) => {
    try {
      const { sent, gaveUp } = await tellOne(deps, of, stopping)
      const { complexId, webhookId } = of
      if (gaveUp) deps.log.warn('a webhook was switched off', { complexId, webhookId })
      return sent
    } catch (error) {
      deps.log.error('a webhook round failed', { webhookId: of.webhookId, error: String(error) })
      return 0
    }
  })
  return (await Promise.all(told)).reduce((sum, sent) => sum + sent, 0)
}

export const tidyUp = (deps: Pick<TellDeps, 'db'>): Promise<void> =>
  deps.db.as(EVERYWHERE, async (tx) => {
    await buryOld(tx)
    const delivered = plusMs(tx.now, -KEEP_DELIVERED_MS)
    await forgetOld(tx, { delivered, dead: plusMs(tx.now, -KEEP_DEAD_MS) })
  })

const run = async (deps: WebhookWorkerDeps, stopping: AbortSignal): Promise<void> => {
  let tidyAt = deps.clock.mono()
  let down = false
  while (!stopping.aborted) {
    let told = 0
    try {
      told = await tellDue(deps, stopping)
      if (deps.clock.mono() >= tidyAt) {
        await tidyUp(deps)
        tidyAt = deps.clock.mono() + TIDY_EVERY_MS
      }
      down = false
    } catch (error) {
      if (!down) deps.log.warn('webhooks wait', { error: String(error) })
      down = true
    }
    if (told === 0) await deps.clock.sleep(LOOK_EVERY_MS, stopping)
  }
}

export const startWebhookWorker = async (
  deps: WebhookWorkerDeps,
): Promise<{ stop(): Promise<void> }> => {
  const stopping = new AbortController()
  await deps.db.as(EVERYWHERE, (tx) => releaseClaimsOf(tx, deps.holder))
  const running = run(deps, stopping.signal)
  return {
    stop: () => {
      stopping.abort()
      return running
    },
  }
}
