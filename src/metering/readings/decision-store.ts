// The rows of decisions about suspicious readings 可疑读数裁定: the reading as it was stored, what
// follows it undecided, the decisions, and how the latest values stand after them.

import type { Tx } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { type Instant, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../../shared/ids.ts'
import { READING_SOURCES } from './reading-sources.ts'

export type Verdict = 'accepted' | 'rejected'
export type ReadingKey = { meterId: MeterId; at: Instant; source: number }

/** A row of `reading` with a register. */
export type StoredReading = ReadingKey & {
  energyWh: number
  reverseWh: number | null
  flags: number
}

/** Null where the scope has no such meter. */
export const complexOfMeter = async (tx: Tx, meter: MeterId): Promise<ComplexId | null> => {
  const rows = await tx.query<{ complexId: ComplexId }>(
    `select m.complex_id as "complexId" from complex c
     join meter m on m.complex_id = c.complex_id and m.meter_id = $1`,
    [meter],
  )
  return rows[0]?.complexId ?? null
}

const COLUMNS = `meter_id as "meterId", at, source, energy_wh as "energyWh",
  reverse_wh as "reverseWh", flags`

/** Null where there is none, or one without a register. */
export const readingAt = async (
  tx: Tx,
  complex: ComplexId,
  { meterId, at, source }: ReadingKey,
): Promise<StoredReading | null> => {
  const rows = await tx.query<StoredReading>(
    `select ${COLUMNS} from reading
     where complex_id = $1 and meter_id = $2 and at = $3 and source = $4
       and energy_wh is not null`,
    [complex, meterId, sqlTime(at), source],
  )
  return rows[0] ?? null
}

/** About ten months of half-hours. */
const FOLLOWING_MAX = 15_000

/**
 * The suspicious readings after `from` nobody has decided about, up to the next one that is
 * believed, in the order of their times.
 */
export const undecidedAfter = (
  tx: Tx,
  complex: ComplexId,
  { meterId, at }: ReadingKey,
): Promise<StoredReading[]> =>
  tx.query<StoredReading>(
    `select ${COLUMNS} from undecided_reading
     where complex_id = $1 and meter_id = $2 and at > $3 and energy_wh is not null
       and at < coalesce((
         select b.at from billable_reading b
         where b.complex_id = $1 and b.meter_id = $2 and b.at > $3 order by b.at limit 1
       ), 'infinity')
     order by at, source limit ${FOLLOWING_MAX}`,
    [complex, meterId, sqlTime(at)],
  )

/** Decided in one act with an earlier one, or believed on the strength of it. */
export type LinkedReading = StoredReading & { decided: boolean }

/**
 * The readings after `from` that got their standing decision in the same act as it; where an
 * acceptance is taken back, also those that were believed since.
 */
export const linkedAfter = (
  tx: Tx,
  complex: ComplexId,
  { meterId, at, source }: ReadingKey,
  verdict: Verdict,
): Promise<LinkedReading[]> =>
  tx.query<LinkedReading>(
    `with first as (
       select x.decided_at, x.operator_id, x.verdict from reading_decision x
       where x.complex_id = $1 and x.meter_id = $2 and x.at = $3 and x.source = $4
       order by x.decided_at desc, x.decision_id desc limit 1
     )
     select r.meter_id as "meterId", r.at, r.source, r.energy_wh as "energyWh",
       r.reverse_wh as "reverseWh", r.flags, d.verdict is not null as decided
     from first f
     join reading r on r.complex_id = $1 and r.meter_id = $2 and r.at > $3
       and r.energy_wh is not null
     left join lateral (
       select x.decided_at, x.operator_id, x.verdict from reading_decision x
       where x.complex_id = r.complex_id and x.meter_id = r.meter_id and x.at = r.at
         and x.source = r.source
       order by x.decided_at desc, x.decision_id desc limit 1
     ) d on true
     where (d.decided_at = f.decided_at and d.operator_id = f.operator_id)
       or (d.verdict is null and r.flags & 15 = 0 and f.verdict = 'accepted' and $5 = 'rejected')
     order by r.at, r.source limit ${FOLLOWING_MAX}`,
    [complex, meterId, sqlTime(at), source, verdict],
  )

export type DecisionRow = ReadingKey & { decisionId: Uuid }

export const insertDecisions = async (
  tx: Tx,
  complex: ComplexId,
  decisions: readonly DecisionRow[],
  { verdict, reason }: { verdict: Verdict; reason: string },
): Promise<void> => {
  await tx.query(
    `insert into reading_decision (complex_id, decision_id, meter_id, at, source, verdict, reason,
       operator_id, decided_at)
     select $1, d.decision_id, d.meter_id, d.at, d.source, $2, $3, $4, $5
     from unnest($6::uuid[], $7::integer[], $8::timestamptz[], $9::smallint[])
       as d(decision_id, meter_id, at, source)`,
    [
      complex,
      verdict,
      reason,
      must(tx.scope.operator, 'a person decides about readings'),
      sqlTime(tx.now),
      decisions.map((d) => d.decisionId),
      decisions.map((d) => d.meterId),
      decisions.map((d) => sqlTime(d.at)),
      decisions.map((d) => d.source),
    ],
  )
}

const FREEZES = [
  READING_SOURCES.dailyFreeze.code,
  READING_SOURCES.monthlyFreeze.code,
  READING_SOURCES.intervalFreeze.code,
].join(', ')

// A register that is newer than every row (it came with a status) stands, unless it is the one that
// is no longer believed.
const MOVES = 'l.energy_at is null or b.at > l.energy_at or l.energy_at = any ($4::timestamptz[])'

const SETTLE = `
  update latest l set seq = $3,
    energy_wh = case when ${MOVES} then b.energy_wh else l.energy_wh end,
    energy_at = case when ${MOVES} then b.at else l.energy_at end,
    reverse_wh = case when ${MOVES} then b.reverse_wh else l.reverse_wh end,
    suspect_at = s.at, suspect_source = s.source, suspect_wh = s.energy_wh, suspect_flags = s.flags
  from (select) as one
  left join lateral (
    select r.at, r.energy_wh, r.reverse_wh from billable_reading r
    where r.complex_id = $1 and r.meter_id = $2 and r.source not in (${FREEZES})
    order by r.at desc limit 1
  ) b on true
  left join lateral (
    select u.at, u.source, u.energy_wh, u.flags from undecided_reading u
    where u.complex_id = $1 and u.meter_id = $2 and u.energy_wh is not null
    order by u.at desc limit 1
  ) s on true
  where l.complex_id = $1 and l.meter_id = $2`

/**
 * The latest values after decisions: the newest reading that is believed, and the newest one that
 * still waits. `disbelieved` are the moments that were decided to be wrong.
 */
export const settleLatest = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
  { seq, disbelieved }: { seq: number; disbelieved: readonly Instant[] },
): Promise<void> => {
  await tx.query(SETTLE, [complex, meter, seq, disbelieved.map((at) => sqlTime(at))])
}
