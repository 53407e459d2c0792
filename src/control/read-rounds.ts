// A round of reading on demand 立即抄表: of named meters, a gateway, a building or floor, or all of
// them; written at once, carried out by the buses, stopped by taking back what was not asked yet.

import type { ReadRoundRequest, ReadUnit } from '../http/contract/rounds.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { complexId as complexIdOf, type Uuid } from '../shared/ids.ts'
import { Refusal, type RefusalCode, refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { type ControlDeps, cancelQueued } from './commands.ts'
import { queueReads, READ_BY_DEFAULT } from './queue-reads.ts'
import { markStopped, metersOfUnit, type RefusedMeter, type UnitMeter } from './read-round-store.ts'
import { insertBatch, queuedOf } from './store.ts'

/** Refuses: invalid_input where not exactly one unit is named. */
const checkUnit = (unit: ReadUnit): void => {
  const named = [unit.meterIds, unit.gatewayId, unit.buildingId, unit.all].filter(
    (each) => each !== undefined,
  )
  const sound = named.length === 1 && (unit.floor === undefined || unit.buildingId !== undefined)
  refuseIf(!sound, 'invalid_input', { where: 'body', field: 'unit', rule: 'oneOf' })
}

const refusalOf = (deps: ControlDeps, meter: UnitMeter): RefusalCode | null => {
  if (!meter.served) return 'gateway_disabled'
  return deps.capabilitiesOf(meter.model) === null ? 'not_supported_by_model' : null
}

const begin = async (
  tx: Tx,
  deps: ControlDeps,
  requestId: string,
  asked: ReadRoundRequest,
): Promise<Uuid> => {
  const complexId = complexIdOf(asked.complexId)
  const { unit, what = READ_BY_DEFAULT } = asked
  checkUnit(unit)
  const meters = await metersOfUnit(tx, complexId, unit)
  refuseIf(meters.length === 0, 'not_found', { field: 'unit' })
  const refused: RefusedMeter[] = []
  const targets: UnitMeter[] = []
  for (const meter of meters) {
    const code = refusalOf(deps, meter)
    const { meterId, meterNo, premises } = meter
    if (code === null) targets.push(meter)
    else refused.push({ meterId, meterNo, premises, code })
  }
  const batchId = deps.ids.uuid()
  const params = { unit, what: [...new Set(what)] }
  await insertBatch(tx, { complexId, batchId, kind: 'read', requestId, params, refused })
  await queueReads(tx, deps.ids, { complexId, batchId, what: params.what }, targets)
  await audit(tx, deps.ids, {
    complexId,
    action: 'control.readRound',
    subject: `batch/${batchId}`,
    after: { ...params, meters: targets.length, refused: refused.length },
  })
  return batchId
}

/**
 * Queues a round and returns its id; the same request id answers with the same round. Errors:
 * Refusal invalid_input (unit), not_found where the unit has no meter, request_id_reused.
 */
export const createReadRound = (
  deps: ControlDeps,
  scope: Scope,
  requestId: string,
  asked: ReadRoundRequest,
): Promise<Uuid> => {
  const complexId = complexIdOf(asked.complexId)
  const name = { complexId, requestId, operation: 'command.readRound', content: asked }
  return once(deps.db, scope, name, (tx) => begin(tx, deps, requestId, asked))
}

/**
 * Takes back what was not asked yet; questions on the wire end by themselves. Stopping twice, or a
 * round that has ended, changes nothing. Errors: Refusal not_found.
 */
export const stopReadRound = (deps: ControlDeps, scope: Scope, round: Uuid): Promise<void> =>
  deps.db.as(scope, async (tx) => {
    const found = await queuedOf(tx, round)
    if (!found || found.batchId !== round || found.kind !== 'read')
      throw new Refusal('not_found', { readRoundId: round })
    const { complexId } = found
    const cancelled = await cancelQueued(tx, deps.ids, found)
    if (cancelled.length === 0) return
    await markStopped(tx, complexId, round)
    await audit(tx, deps.ids, {
      complexId,
      action: 'control.stopReadRound',
      subject: `batch/${round}`,
      after: { cancelled: cancelled.length },
    })
  })
