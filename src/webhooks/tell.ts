// Telling one subscriber 推送: what is due goes out one by one, each signed anew; each try is marked
// before the next is sent. Whoever dies between the two sends it again, under the same id.

import type { Clock } from '../ports/clock.ts'
import { type Db, systemScope } from '../ports/database.ts'
import type { Rng } from '../ports/ids.ts'
import type { Outbound } from '../ports/outbound.ts'
import { webhookSecretPlace } from '../secrets/places.ts'
import type { Opener, Vault } from '../secrets/vault.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import {
  type Claimed,
  type DeliveryRow,
  dueDeliveries,
  type Health,
  writeHealth,
  writeOutcome,
} from './delivery-store.ts'
import { givesUp, judge } from './judge.ts'
import { headersFor } from './signature.ts'

export type TellDeps = {
  db: Db
  clock: Clock
  rng: Rng
  vault: Vault
  outbound: Outbound
  holder: string
}

export const ROUND_MAX = 20
const ANSWER_WITHIN_MS = 10_000

/** What goes over the line, the same at every try. */
export const bodyOf = (
  { complexId, zone }: Pick<Claimed, 'complexId' | 'zone'>,
  row: DeliveryRow,
) =>
  JSON.stringify({ type: row.kind, timestamp: rfc3339(row.at, zone), complexId, data: row.facts })

const secretsOf = (open: Opener, of: Claimed, now: Instant): Buffer[] => {
  const place = webhookSecretPlace(of.complexId, of.webhookId)
  const former = of.formerUntil !== null && of.formerUntil > now ? of.formerSealed : null
  return [of.sealed, ...(former ? [former] : [])].map((sealed) => open(place, sealed))
}

type Sending = { of: Claimed; secrets: readonly Buffer[]; stopping: AbortSignal }

const send = (deps: TellDeps, row: DeliveryRow, { of, secrets, stopping }: Sending) => {
  const body = bodyOf(of, row)
  const timestampS = Math.floor(deps.clock.now() / 1_000)
  const headers = headersFor(secrets, { id: row.eventId, timestampS, body })
  const timeoutMs = ANSWER_WITHIN_MS
  return deps.outbound.post({ url: of.url, headers, body, timeoutMs, signal: stopping })
}

/**
 * One round; answers how many went out, and whether it was the last one for who never answers.
 * Errors of the database end it: the claim lapses, and nothing is lost.
 */
export const tellOne = async (
  deps: TellDeps,
  of: Claimed,
  stopping: AbortSignal,
): Promise<{ sent: number; gaveUp: boolean }> => {
  const scope = systemScope('webhooks', [of.complexId])
  const { rows, open, now } = await deps.db.as(scope, async (tx) => ({
    rows: await dueDeliveries(tx, of, ROUND_MAX),
    open: await deps.vault.opener(tx, of.complexId),
    now: tx.now,
  }))
  const secrets = secretsOf(open, of, now)
  const health: Health = { failingSince: of.failingSince, restsUntil: null, gaveUp: false }
  let sent = 0
  for (const row of rows) {
    if (stopping.aborted || health.restsUntil !== null) break
    const posted = await send(deps, row, { of, secrets, stopping })
    // Cut off by ourselves: it says nothing of the subscriber.
    if (stopping.aborted && !posted.ok) break
    sent += 1
    const at = deps.clock.now()
    const judged = judge(row, posted, at, deps.rng)
    await deps.db.as(scope, (tx) => writeOutcome(tx, of, judged.out))
    health.failingSince = judged.arrived ? null : (health.failingSince ?? at)
    health.restsUntil = judged.restsUntil
  }
  health.gaveUp = givesUp(health.failingSince, deps.clock.now())
  await deps.db.as(scope, (tx) => writeHealth(tx, of, deps.holder, health))
  return { sent, gaveUp: health.gaveUp }
}
