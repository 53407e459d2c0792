// Batches as the API shows them 批量操作查询: their counts by result, and each meter with what became
// of it.

import type { BatchGroup, BatchItem, BatchSummary, BatchView } from '../http/contract/batches.ts'
import type { CommandUnit } from '../http/contract/commands.ts'
import type { Tx } from '../ports/database.ts'
import { PLACE_OF_METER, SHOP, SHOP_EN, WAY_TO_METER } from '../registers/meters-in-place.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { REFUSALS } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'
import { batchState, hasEnded } from './batch-state.ts'
import type { CommandFacts, RefusedMeter } from './store.ts'

type Counts = BatchSummary['counts']
type Row = Counts & {
  complexId: ComplexId
  batchId: Uuid
  kind: BatchSummary['kind']
  params: { asked: CommandFacts; refused: RefusedMeter[]; unit?: CommandUnit | null }
  operator: string | null
  createdAt: Instant
  canary: BatchSummary['canary']
  pausedAt: Instant | null
  pauseReason: string
  stoppedAt: Instant | null
  stopReason: string
  zone: string
  lastEndedAt: Instant | null
}

const BATCH = `
  select b.complex_id as "complexId", b.batch_id as "batchId", b.kind, b.params,
    o.name as operator, b.created_at as "createdAt", b.canary, b.paused_at as "pausedAt",
    b.pause_reason as "pauseReason", b.stopped_at as "stoppedAt", b.stop_reason as "stopReason",
    c.zone, n.*
  from complex c
  join batch b on b.complex_id = c.complex_id and b.kind <> 'read'
  left join operator o on o.operator_id = b.operator_id
  cross join lateral (
    select count(*) filter (where state = 'queued') as waiting,
      count(*) filter (where state in ('sent', 'acknowledged')) as "underWay",
      count(*) filter (where state = 'confirmed') as confirmed,
      count(*) filter (where state = 'failed') as failed,
      count(*) filter (where state = 'expired') as expired,
      count(*) filter (where state = 'cancelled') as cancelled,
      count(*) filter (where state = 'held' and seen_later is null) as unknown,
      count(*) filter (where state = 'held' and seen_later is not null) as "seenLater",
      greatest(max(ended_at), max((seen_later->>'at')::timestamptz)) as "lastEndedAt"
    from command k where k.complex_id = b.complex_id and k.batch_id = b.batch_id
  ) n`

const summaryOf = (row: Row): BatchSummary => {
  const { waiting, underWay, confirmed, failed, expired, cancelled, unknown, seenLater } = row
  const { batchId, complexId, kind, operator, canary, pauseReason, stopReason, zone } = row
  const { asked, refused, unit } = row.params
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  const state = batchState({
    ...{ canary, waiting, underWay, unknown },
    isPaused: row.pausedAt !== null,
    isStopped: row.stoppedAt !== null,
  })
  const total = waiting + underWay + confirmed + failed + expired + cancelled + unknown + seenLater
  return {
    ...{ batchId, complexId, kind, operator, state, canary, pauseReason, stopReason, total },
    params: { ...asked },
    unit: unit ?? null,
    createdAt: rfc3339(row.createdAt, zone),
    pausedAt: time(row.pausedAt),
    stoppedAt: time(row.stoppedAt),
    endedAt: hasEnded(state) ? time(row.lastEndedAt ?? row.createdAt) : null,
    refusedCount: refused.length,
    counts: { waiting, underWay, confirmed, failed, expired, cancelled, unknown, seenLater },
  }
}

/** Newest first. Only of several meters: single orders are with their meters. */
export const listBatches = async (
  tx: Tx,
  complex: ComplexId,
  page: { before: string | null; limit: number },
): Promise<BatchSummary[]> => {
  const rows = await tx.query<Row>(
    `${BATCH} where b.complex_id = $1 and ($2::uuid is null or b.batch_id < $2)
       and (b.canary is not null or b.params->'unit' <> 'null'
         or exists (select from command k where k.complex_id = b.complex_id
           and k.batch_id = b.batch_id offset 1))
     order by b.batch_id desc limit $3`,
    [complex, page.before, page.limit],
  )
  return rows.map(summaryOf)
}

export type FoundBatch = { summary: BatchSummary; zone: string; refused: RefusedMeter[] }

/** Null where the scope has no such batch. */
export const batchById = async (tx: Tx, batch: Uuid): Promise<FoundBatch | null> => {
  const row = (await tx.query<Row>(`${BATCH} where b.batch_id = $1`, [batch]))[0]
  return row ? { summary: summaryOf(row), zone: row.zone, refused: row.params.refused } : null
}

type NamedMeter = { meterId: number; meterNo: string; premises: string }

/** Those refused beforehand, named in the language of who asks; what names no meter has no name. */
export const refusedOfBatch = async (
  tx: Tx,
  complex: ComplexId,
  refused: readonly RefusedMeter[],
  language: Language,
): Promise<BatchView['refused']> => {
  if (refused.length === 0) return []
  const names = await tx.query<NamedMeter>(
    `select m.meter_id as "meterId", m.no as "meterNo",
       ${language === 'en' ? SHOP_EN : SHOP} as premises
     from meter m
     left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
       and i.until is null
     left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
     left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
     where m.complex_id = $1 and m.meter_id = any ($2)`,
    [complex, refused.map(({ meterId }) => meterId)],
  )
  const byId = new Map(names.map((one) => [one.meterId, one]))
  return refused.map(({ meterId, code }) => ({
    ...(byId.get(meterId) ?? { meterId, meterNo: '', premises: '' }),
    code,
    title: REFUSALS[code][language],
  }))
}

const GROUPS = {
  all: 'true',
  open: "k.state in ('queued', 'sent', 'acknowledged')",
  confirmed: "k.state = 'confirmed'",
  failed: "k.state in ('failed', 'expired')",
  cancelled: "k.state = 'cancelled'",
  unknown: "k.state = 'held'",
} as const
type ItemRow = Omit<BatchItem, 'sentAt' | 'endedAt' | 'seenLater'> & {
  sentAt: Instant | null
  endedAt: Instant | null
  seen: { relay: BatchItem['relay']; asWanted: boolean } | null
  seenAt: Instant | null
}

const itemsOf = (group: BatchGroup): string => `
  select k.command_id as "commandId", k.meter_id as "meterId", m.no as "meterNo",
    ${SHOP} as premises, ${SHOP_EN} as "premisesEn", g.code as "gatewayCode",
    coalesce(b.params->'first' @> to_jsonb(k.meter_id), false) as first,
    k.state, k.attempts, k.sent_at as "sentAt",
    k.ended_at as "endedAt", k.result->>'relay' as relay, (k.result->>'kept')::boolean as kept,
    k.result->>'reason' as reason, k.result->>'note' as note,
    nullif(k.result->>'detail', '') as detail, k.seen_later as seen,
    (k.seen_later->>'at')::timestamptz as "seenAt"
  from command k
  join batch b on b.complex_id = k.complex_id and b.batch_id = k.batch_id
  join meter m on m.complex_id = k.complex_id and m.meter_id = k.meter_id
  ${WAY_TO_METER}
  ${PLACE_OF_METER}
  where k.complex_id = $1 and k.batch_id = $2 and ($3::uuid is null or k.command_id > $3)
    and ${GROUPS[group]}
  order by k.command_id limit $4`

export const itemsOfBatch = async (
  tx: Tx,
  { summary, zone }: FoundBatch,
  page: { after: string | null; group: BatchGroup; limit: number },
): Promise<BatchItem[]> => {
  const rows = await tx.query<ItemRow>(itemsOf(page.group), [
    ...[summary.complexId, summary.batchId, page.after, page.limit],
  ])
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  return rows.map(({ seen, seenAt, ...row }) => ({
    ...row,
    sentAt: time(row.sentAt),
    endedAt: time(row.endedAt),
    seenLater:
      seen === null || seenAt === null
        ? null
        : { at: rfc3339(seenAt, zone), relay: seen.relay, asWanted: seen.asWanted },
  }))
}
