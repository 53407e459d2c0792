// Decisions about suspicious readings 可疑读数裁定: a person says whether a reading counts. The reading
// never changes, the newest decision holds. An accepted one is what later ones are judged by.

import { audit } from '../../operators/audit-log.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { must } from '../../shared/assert.ts'
import { rfc3339 } from '../../shared/clock.ts'
import type { ComplexId } from '../../shared/ids.ts'
import { Refusal, refuseIf } from '../../shared/refusal.ts'
import {
  complexOfMeter,
  insertDecisions,
  linkedAfter,
  type ReadingKey,
  readingAt,
  type StoredReading,
  settleLatest,
  undecidedAfter,
  type Verdict,
} from './decision-store.ts'
import { afterReadingsChanged } from './late-readings.ts'
import { flagNames, isBlocked, READING_FLAGS } from './reading-flags.ts'
import { drawSeq } from './store.ts'
import { judgeRegisters } from './trust.ts'
import { type KnownModels, placesNow } from './trust-store.ts'

export type DecisionDeps = { ids: Ids; models: KnownModels }

export type Decision = ReadingKey & {
  verdict: Verdict
  /** For people; not empty. */
  reason: string
}

const REASON_MAX = 500
const REGISTER_DOUBTS = READING_FLAGS.backwards.bit | READING_FLAGS.jump.bit

// A register that was doubted once is doubted at each reading that goes on from there. They are the
// same question and get the same answer; what does not go on from there stays open. Whoever changes
// his mind takes back all that followed from it: those decided together, and after an acceptance
// those that were believed because of it.
const sameSeries = async (
  tx: Tx,
  deps: DecisionDeps,
  complexId: ComplexId,
  first: StoredReading,
  verdict: Verdict,
): Promise<StoredReading[]> => {
  if ((first.flags & REGISTER_DOUBTS) === 0) return []
  const { meterId } = first
  const places = await placesNow(deps.models)(tx, complexId, [meterId])
  const { point, range } = must(places.get(meterId), 'the meter has a place')
  const linked = await linkedAfter(tx, complexId, first, verdict)
  const open = await undecidedAfter(tx, complexId, first)
  const following = [...linked, ...open.map((one) => ({ ...one, decided: false }))]
  const series: StoredReading[] = []
  let before = first
  for (const { decided, ...reading } of following.sort((a, b) => a.at - b.at)) {
    if (!decided && (reading.flags & READING_FLAGS.clock.bit) !== 0) continue
    const judged = judgeRegisters({
      reading,
      before,
      after: null,
      undecidedJump: null,
      point,
      range,
    })
    if (!decided && isBlocked(judged.flags)) continue
    series.push(reading)
    before = reading
  }
  return series
}

/**
 * Records the decision without pricing anything again: whoever calls it sees to that.
 * Errors: as `decideReading`.
 */
export const recordDecision = async (
  tx: Tx,
  deps: DecisionDeps,
  decision: Decision,
): Promise<{ complexId: ComplexId; following: number; decided: StoredReading[] }> => {
  const { meterId, at, source, verdict } = decision
  const reason = decision.reason.trim()
  refuseIf(reason === '' || reason.length > REASON_MAX, 'invalid_input', { field: 'reason' })
  const complexId = await complexOfMeter(tx, meterId)
  if (complexId === null) throw new Refusal('not_found', { meterId })
  // Readings of the complex wait from here on: they are judged by what is decided.
  const seq = (await drawSeq(tx, complexId, 1)) + 1
  const reading = await readingAt(tx, complexId, decision)
  if (reading === null) throw new Refusal('not_found', { meterId, at, source })
  const decided = [reading, ...(await sameSeries(tx, deps, complexId, reading, verdict))]
  const rows = decided.map((one) => ({ ...one, decisionId: deps.ids.uuid() }))
  await insertDecisions(tx, complexId, rows, { verdict, reason })
  const disbelieved = verdict === 'rejected' ? decided.map((one) => one.at) : []
  await settleLatest(tx, complexId, meterId, { seq, disbelieved })
  const following = decided.length - 1
  await audit(tx, deps.ids, {
    complexId,
    action: verdict === 'accepted' ? 'reading.accept' : 'reading.reject',
    subject: `meter/${meterId}`,
    after: {
      at: rfc3339(at, 'UTC'),
      source,
      energyWh: reading.energyWh,
      flags: flagNames(reading.flags),
      reason,
      following,
    },
  })
  return { complexId, following, decided }
}

/**
 * Records the decision, and the same one for the suspicious readings that go on from this one (and,
 * where an acceptance is taken back, for those believed on the strength of it); how
 * many those are is the answer. An audit row is written with them. Errors: Refusal not_found,
 * invalid_input (a reading without a register, or no reason).
 */
export const decideReading = async (
  tx: Tx,
  deps: DecisionDeps,
  decision: Decision,
): Promise<{ following: number }> => {
  const { complexId, following, decided } = await recordDecision(tx, deps, decision)
  await afterReadingsChanged(tx, deps.ids, complexId, { cause: 'decision', changed: decided })
  return { following }
}
