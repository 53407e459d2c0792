// A command's own reading enters the relay's history 继电器状态段: better known than a poll could guess.

import type { RelayOrder } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import { beginEpisodes, episodeFacts, lockMeters, nameCause } from './episode-store.ts'
import type { ModeJob } from './job-store.ts'
import type { Look } from './look.ts'
import { causeSeen, type RelayCause } from './relay-episode.ts'

/** Whoever tripped it has given it back; the money may still be short. */
const isReleased = ({ tripCause, cause, operatorId }: ModeJob): boolean =>
  tripCause === 'operator'
    ? operatorId !== null
    : (tripCause === 'schedule' && (operatorId !== null || cause === 'schedule')) ||
      (tripCause === 'overload' && (operatorId !== null || cause === 'recovery'))

const causeNamed = (
  job: ModeJob,
  seen: Look,
  ordered: readonly RelayOrder[],
): RelayCause | null => {
  if (seen.relay === 'tripped') {
    if (job.mode === 'tripped') return job.cause === 'schedule' ? 'schedule' : 'operator'
    if (job.mode !== 'prepaid') return null
    if (ordered.includes('trip')) return job.cause === 'overload' ? 'overload' : 'arrears'
    return isReleased(job) ? 'released' : null
  }
  if (!ordered.includes('permitClose') && !ordered.includes('directClose')) return null
  if (job.operatorId !== null) return 'operator'
  if (job.cause === 'schedule' || job.cause === 'recovery') return job.cause
  return job.tripCause === 'arrears' ? 'recharge' : 'operator'
}

/** Since when the relay stands as read, and why, in the transaction that ends the command. */
export const recordEpisode = async (
  tx: Tx,
  job: ModeJob,
  ordered: readonly RelayOrder[],
  seen: Look,
): Promise<void> => {
  await lockMeters(tx, job.complexId, [job.meterId])
  const known = (await episodeFacts(tx, job.complexId, [job.meterId]))[0]
  if (!known) return
  const { meterId } = job
  const { at, relay } = seen
  const named = causeNamed(job, seen, ordered)
  const before = known.relay && known.cause ? { relay: known.relay, cause: known.cause } : null
  if (before?.relay === relay && named !== null && named !== before.cause) {
    // The poll has seen our own order act and guessed; an older episode ends instead.
    const ours = job.sentAt !== null && known.since !== null && known.since >= job.sentAt
    if (ours && named !== 'released') return nameCause(tx, job.complexId, meterId, named)
    return beginEpisodes(tx, job.complexId, [{ meterId, at, relay, cause: named }])
  }
  const { overdraftFen, alarm2Fen, mode, tripSent, tripWaits, timed, overdrawn } = known
  const limits = overdraftFen === null || alarm2Fen === null ? null : { overdraftFen, alarm2Fen }
  const money = seen.balanceFen === null ? null : { opened: true, balanceFen: seen.balanceFen }
  const sight = { relay, before, mode, tripSent, tripWaits, timed, overdrawn, money, limits }
  const cause = named ?? causeSeen(sight)
  if (before?.relay === relay || cause === null) return
  await beginEpisodes(tx, job.complexId, [{ meterId, at, relay, cause }])
}
