// A batch of commands as the API shows it 命令查询: states, progress and results, each with its times.

import type { Command } from '../http/contract/commands.ts'
import type { Tx } from '../ports/database.ts'
import { problemText } from '../price-tables/problems.ts'
import { PLACE_OF_METER, SHOP, SHOP_EN } from '../registers/meters-in-place.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../shared/ids.ts'
import { REFUSALS } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'
import type { CommandFacts, RefusedMeter } from './store.ts'

type BatchView = {
  complexId: ComplexId
  batchId: Uuid
  kind: Command['kind']
  createdAt: Instant
  zone: string
  params: { asked: CommandFacts; refused: RefusedMeter[] }
}

// Complexes are few and each has the batch's key behind its id, so this is a handful of look-ups.
const BATCH = `
  select b.complex_id as "complexId", b.batch_id as "batchId", b.kind, b.params,
    b.created_at as "createdAt", c.zone
  from complex c
  join batch b on b.complex_id = c.complex_id and b.batch_id = coalesce(
    (select k.batch_id from command k where k.complex_id = c.complex_id and k.command_id = $1), $1)`

type ItemView = {
  commandId: Uuid
  meterId: MeterId
  meterNo: string
  premises: string
  premisesEn: string
  state: Command['items'][number]['state']
  trial: Command['items'][number]['trial']
  attempts: number
  queuedAt: Instant
  sentAt: Instant | null
  acknowledgedAt: Instant | null
  endedAt: Instant | null
  deadline: Instant
  result: Record<string, unknown> | null
}

const ITEMS = `
  select k.command_id as "commandId", k.meter_id as "meterId", m.no as "meterNo",
    ${SHOP} as premises,
    ${SHOP_EN} as "premisesEn", k.state, case
      when b.params->'first' @> to_jsonb(k.meter_id) then 'first'
      when k.state = 'queued' and k.waits then 'waiting'
    end as trial, k.attempts,
    k.queued_at as "queuedAt", k.sent_at as "sentAt", k.acknowledged_at as "acknowledgedAt",
    k.ended_at as "endedAt", k.deadline, k.result
  from command k
  join batch b on b.complex_id = k.complex_id and b.batch_id = k.batch_id
  join meter m on m.complex_id = k.complex_id and m.meter_id = k.meter_id${PLACE_OF_METER}
  where k.complex_id = $1 and k.batch_id = $2 order by k.command_id`

const itemOf = (item: ItemView, zone: string): Command['items'][number] => {
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
  return {
    ...item,
    queuedAt: rfc3339(item.queuedAt, zone),
    deadline: rfc3339(item.deadline, zone),
    sentAt: time(item.sentAt),
    acknowledgedAt: time(item.acknowledgedAt),
    endedAt: time(item.endedAt),
  }
}

export const refusedView = (
  refused: readonly RefusedMeter[],
  language: Language,
): Command['refused'] =>
  refused.map(({ meterId, code, problems }) => ({
    meterId,
    code,
    title: REFUSALS[code][language],
    ...(problems && {
      problems: problems.map((problem) => ({
        code: problem.code,
        title: problemText(problem, language),
      })),
    }),
  }))

/** The batch of this id, or the one of this command; null where there is none in this scope. */
export const commandView = async (
  tx: Tx,
  id: Uuid,
  language: Language,
): Promise<Command | null> => {
  const batch = (await tx.query<BatchView>(BATCH, [id], 'kept'))[0]
  if (!batch) return null
  const items = await tx.query<ItemView>(ITEMS, [batch.complexId, batch.batchId], 'kept')
  return {
    commandId: batch.batchId,
    kind: batch.kind,
    params: { ...batch.params.asked },
    dryRun: false,
    createdAt: rfc3339(batch.createdAt, batch.zone),
    items: items.map((item) => itemOf(item, batch.zone)),
    refused: refusedView(batch.params.refused, language),
  }
}
