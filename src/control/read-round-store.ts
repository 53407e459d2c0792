// Rounds of reading on demand 立即抄表批次: which meters a unit has, and how far a round has come.

import type { ReadRoundItem, ReadRoundSummary, ReadUnit } from '../http/contract/rounds.ts'
import type { Tx } from '../ports/database.ts'
import { PLACE_OF_METER, WAY_TO_METER } from '../registers/meters-in-place.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { REFUSALS, type RefusalCode } from '../shared/refusal.ts'
import type { ReadTarget, ReadWhat } from './queue-reads.ts'

export type UnitMeter = ReadTarget & {
  meterNo: string
  premises: string
  model: string
  served: boolean
}

/** The meters of a unit in the order of their places. */
export const metersOfUnit = (tx: Tx, complex: ComplexId, unit: ReadUnit): Promise<UnitMeter[]> =>
  tx.query<UnitMeter>(
    `select m.meter_id as "meterId", bus.bus_id as "busId", g.gateway_id as "gatewayId",
       m.no as "meterNo", coalesce(pr.no, '') as premises, d.model, g.enabled as served
     from meter m
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
     join gateway g on g.complex_id = bus.complex_id and g.gateway_id = bus.gateway_id
     left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
       and i.until is null
     left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
     left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
     where m.complex_id = $1
       and ($2::integer[] is null or m.meter_id = any ($2))
       and ($3::integer is null or g.gateway_id = $3)
       and ($4::integer is null or pr.building_id = $4)
       and ($5::integer is null or pr.floor = $5)
     order by pr.building_id nulls last, pr.floor, pr.no, m.meter_id`,
    [
      complex,
      unit.meterIds ?? null,
      unit.gatewayId ?? null,
      unit.buildingId ?? null,
      unit.floor ?? null,
    ],
  )

export type RefusedMeter = { meterId: number; meterNo: string; premises: string; code: RefusalCode }
type Params = {
  asked: { unit: ReadUnit; what: ReadWhat[] }
  refused: RefusedMeter[]
}
type RoundRow = {
  complexId: ComplexId
  batchId: Uuid
  params: Params
  operator: string | null
  createdAt: Instant
  stoppedAt: Instant | null
  zone: string
  waiting: number
  reading: number
  read: number
  failed: number
  cancelled: number
  lastEndedAt: Instant | null
}

const ROUND = `
  select b.complex_id as "complexId", b.batch_id as "batchId", b.params, o.name as operator,
    b.created_at as "createdAt", b.stopped_at as "stoppedAt", c.zone, n.*
  from complex c
  join batch b on b.complex_id = c.complex_id and b.kind = 'read'
    and b.params->'asked' ? 'unit'
  left join operator o on o.operator_id = b.operator_id
  cross join lateral (
    select count(*) filter (where state = 'queued') as waiting,
      count(*) filter (where state in ('sent', 'acknowledged')) as reading,
      count(*) filter (where state = 'confirmed') as read,
      count(*) filter (where state in ('failed', 'expired', 'held')) as failed,
      count(*) filter (where state = 'cancelled') as cancelled,
      max(ended_at) as "lastEndedAt"
    from command k where k.complex_id = b.complex_id and k.batch_id = b.batch_id
  ) n`

const summaryOf = (row: RoundRow): ReadRoundSummary => {
  const { waiting, reading, read, failed, cancelled, zone, lastEndedAt } = row
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  const goesOn = waiting + reading > 0
  return {
    readRoundId: row.batchId,
    complexId: row.complexId,
    unit: row.params.asked.unit,
    what: row.params.asked.what,
    createdAt: rfc3339(row.createdAt, zone),
    operator: row.operator,
    stoppedAt: time(row.stoppedAt),
    // A round in which every meter was refused had ended when it began.
    endedAt: goesOn ? null : time(lastEndedAt ?? row.createdAt),
    total: waiting + reading + read + failed + cancelled,
    counts: { waiting, reading, read, failed, cancelled },
  }
}

export type RoundView = ReadRoundSummary & {
  zone: string
  refused: (RefusedMeter & { title: string })[]
}

/** Null where the scope has no such round. */
export const roundById = async (
  tx: Tx,
  round: Uuid,
  language: 'zh' | 'en',
): Promise<RoundView | null> => {
  const row = (await tx.query<RoundRow>(`${ROUND} where b.batch_id = $1`, [round]))[0]
  if (!row) return null
  const refused = row.params.refused.map((each) => ({
    ...each,
    title: REFUSALS[each.code][language],
  }))
  return { ...summaryOf(row), zone: row.zone, refused }
}

/** Newest first. */
export const listRounds = async (
  tx: Tx,
  complex: ComplexId,
  page: { before: string | null; limit: number },
): Promise<ReadRoundSummary[]> => {
  const rows = await tx.query<RoundRow>(
    `${ROUND} where b.complex_id = $1 and ($2::uuid is null or b.batch_id < $2)
     order by b.batch_id desc limit $3`,
    [complex, page.before, page.limit],
  )
  return rows.map(summaryOf)
}

type ItemRow = Omit<ReadRoundItem, 'endedAt'> & { endedAt: Instant | null }

const GROUPS = {
  all: null,
  open: ['queued', 'sent', 'acknowledged'],
  read: ['confirmed'],
  failed: ['failed', 'expired', 'held'],
  cancelled: ['cancelled'],
} as const
export type ItemGroup = keyof typeof GROUPS

const ITEMS = `
  select k.command_id as "commandId", k.meter_id as "meterId", m.no as "meterNo",
    g.code as "gatewayCode", coalesce(pr.no, '') as premises, coalesce(p.kind, '') as "pointKind",
    k.state, k.attempts, k.ended_at as "endedAt", k.result->>'reason' as reason,
    nullif(k.result->>'detail', '') as detail, (k.result->>'energyWh')::bigint as "energyWh",
    (k.result->>'balanceFen')::bigint as "balanceFen", k.result->>'relay' as relay,
    (k.result->>'powerW')::integer as "powerW",
    (k.result->>'clockOffsetMs')::bigint as "clockOffsetMs", k.result->>'at' as "readAt"
  from command k
  join meter m on m.complex_id = k.complex_id and m.meter_id = k.meter_id
  ${WAY_TO_METER}
  ${PLACE_OF_METER}
  where k.complex_id = $1 and k.batch_id = $2 and ($3::uuid is null or k.command_id > $3)
    and ($4::text[] is null or k.state = any ($4))
  order by k.command_id limit $5`

export const itemsOfRound = async (
  tx: Tx,
  round: { complexId: number; readRoundId: string; zone: string },
  page: { after: string | null; group: ItemGroup; limit: number },
): Promise<ReadRoundItem[]> => {
  const rows = await tx.query<ItemRow>(ITEMS, [
    round.complexId,
    round.readRoundId,
    page.after,
    GROUPS[page.group],
    page.limit,
  ])
  return rows.map((row) => ({
    ...row,
    endedAt: row.endedAt === null ? null : rfc3339(row.endedAt, round.zone),
  }))
}

export const markStopped = async (tx: Tx, complex: ComplexId, batch: Uuid): Promise<void> => {
  await tx.query(
    `update batch set stopped_at = coalesce(stopped_at, $3)
     where complex_id = $1 and batch_id = $2`,
    [complex, batch, sqlTime(tx.now)],
  )
}
