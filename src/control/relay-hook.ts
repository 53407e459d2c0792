// Status polls feed the relay's history 继电器状态段, in the transaction that stores the reading; where
// money has come for a trip that an operator has released, the closing that is owed is queued.

import type { Relay, StatusReading } from '../metering/driver.ts'
import type { PollHook } from '../metering/readings/poll-result.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import { addWork } from '../work/store.ts'
import {
  beginEpisodes,
  type Episode,
  type EpisodeFacts,
  episodeFacts,
  lockMeters,
} from './episode-store.ts'
import { causeSeen } from './relay-episode.ts'

export const RECLOSE_WORK = 'control.reclose'

export type StatusSeen = { meterId: MeterId; status: StatusReading }

type RelayStatusSeen = { meterId: MeterId; status: RelaySeen }

/** A status reading of a meter that has a relay. */
type RelaySeen = StatusReading & { relay: Relay }

const showsRelay = (status: StatusReading): status is RelaySeen => status.relay !== null

const limitsOf = ({ overdraftFen, alarm2Fen }: EpisodeFacts) =>
  overdraftFen === null || alarm2Fen === null ? null : { overdraftFen, alarm2Fen }

const beforeOf = ({ relay, cause }: EpisodeFacts) => (relay && cause ? { relay, cause } : null)

const changeOf = (facts: EpisodeFacts, { status }: RelayStatusSeen): Episode | null => {
  if (facts.since !== null && facts.since >= status.at) return null
  const { relay, money, at } = status
  const before = beforeOf(facts)
  const { mode, tripSent, tripWaits, timed, overdrawn } = facts
  const limits = limitsOf(facts)
  const sight = { relay, before, mode, tripSent, tripWaits, timed, overdrawn, money, limits }
  const cause = causeSeen(sight)
  return cause === null ? null : { meterId: facts.meterId, at, relay, cause }
}

const owesClosing = (facts: EpisodeFacts, { status }: RelayStatusSeen): boolean =>
  facts.cause === 'released' &&
  facts.mode === 'prepaid' &&
  status.relay === 'tripped' &&
  status.money?.opened === true &&
  facts.overdraftFen !== null &&
  status.money.balanceFen > -facts.overdraftFen

export const recordRelays = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  seen: readonly StatusSeen[],
): Promise<void> => {
  const byMeter = new Map(
    seen.flatMap(({ meterId, status }) =>
      showsRelay(status) ? [[meterId, { meterId, status }] as const] : [],
    ),
  )
  if (byMeter.size === 0) return
  const changesIn = (facts: readonly EpisodeFacts[]): Episode[] =>
    facts.flatMap((f) => {
      const sight = byMeter.get(f.meterId)
      return (sight && changeOf(f, sight)) ?? []
    })
  const facts = await episodeFacts(tx, complexId, [...byMeter.keys()])
  for (const f of facts) {
    const sight = byMeter.get(f.meterId)
    if (!sight || !owesClosing(f, sight)) continue
    const key = `meter/${f.meterId}`
    await addWork(tx, ids, { complexId, kind: RECLOSE_WORK, key, payload: { meterId: f.meterId } })
  }
  const changed = changesIn(facts).map((episode) => episode.meterId)
  if (changed.length === 0) return
  // Few relays move between two polls: only those are locked, and looked at again.
  await lockMeters(tx, complexId, changed)
  await beginEpisodes(tx, complexId, changesIn(await episodeFacts(tx, complexId, changed)))
}

/** For the poller: takes the status readings among the results. */
export const relayHook =
  (ids: Ids): PollHook =>
  async (tx, complexId, results) => {
    const seen = results.flatMap((result) =>
      result.kind === 'status' && result.outcome.ok
        ? [{ meterId: result.meterId, status: result.outcome.value }]
        : [],
    )
    if (seen.length > 0) await recordRelays(tx, ids, complexId, seen)
  }
