// Asking for a job on a line 总线作业: written with the work that carries it out; whoever is
// master of the gateway does it. One search at a time of a bus.

import type { Static } from 'typebox'
import type { ScanRequest } from '../http/contract/commissioning.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { addWork } from '../work/store.ts'
import {
  askToStop,
  busPlace,
  insertJob,
  type JobKind,
  jobById,
  meterPlace,
} from './line-job-store.ts'

/** Work of one job; its key is the job's id. */
export const LINE_WORK = 'commissioning.line'

export type LineJobDeps = { db: Db; ids: Ids }

const isModbus = (settings: unknown): boolean =>
  typeof settings === 'object' &&
  settings !== null &&
  Reflect.get(settings, 'protocol') === 'modbus'

/**
 * Searches a bus for meters. Errors: Refusal not_found, gateway_disabled, scan_under_way,
 * request_id_reused.
 */
export const startBusScan = async (
  { db, ids }: LineJobDeps,
  scope: Scope,
  requestId: string,
  asked: Static<typeof ScanRequest>,
): Promise<Uuid> => {
  const found = await db.as(scope, (tx) => busPlace(tx, asked.busId))
  if (!found) throw new Refusal('not_found', { busId: asked.busId })
  const { complexId, gatewayId, busId } = found
  const name = { complexId, requestId, operation: 'commissioning.scan', content: asked }
  return once(db, scope, name, async (tx) => {
    refuseIf(!found.enabled, 'gateway_disabled', { gatewayId })
    const jobId = ids.uuid()
    const spoken = isModbus(found.settings) ? ('modbus' as const) : ('dlt645' as const)
    const { protocols = [spoken], thorough = true } = asked
    const wish = { protocols: [...new Set(protocols)], thorough }
    const job = { complexId, jobId, gatewayId, busId, meterId: null, asked: wish }
    const isFirst = await insertJob(tx, { ...job, kind: 'scan' })
    refuseIf(!isFirst, 'scan_under_way', { busId })
    await addWork(tx, ids, { complexId, kind: LINE_WORK, key: jobId, gatewayId })
    const subject = `gateway/${gatewayId}`
    await audit(tx, ids, {
      complexId,
      action: 'commissioning.scan',
      subject,
      after: { busId, ...wish },
    })
    return jobId
  })
}

/** Reads all that a meter's model can. Errors: Refusal not_found, gateway_disabled. */
export const startTestRead = async (
  { db, ids }: LineJobDeps,
  scope: Scope,
  requestId: string,
  asked: { meterId: number },
): Promise<Uuid> => {
  const found = await db.as(scope, (tx) => meterPlace(tx, asked.meterId))
  if (!found) throw new Refusal('not_found', { meterId: asked.meterId })
  const { complexId, gatewayId, busId, meterId } = found
  const name = { complexId, requestId, operation: 'commissioning.testRead', content: asked }
  return once(db, scope, name, async (tx) => {
    refuseIf(!found.enabled, 'gateway_disabled', { gatewayId })
    const jobId = ids.uuid()
    const job = { complexId, jobId, gatewayId, busId, meterId, asked: {} }
    await insertJob(tx, { ...job, kind: 'read' })
    await addWork(tx, ids, { complexId, kind: LINE_WORK, key: jobId, gatewayId })
    return jobId
  })
}

/** What has ended stays as it is. Errors: Refusal not_found. */
export const stopJob = (
  { db, ids }: LineJobDeps,
  scope: Scope,
  kind: JobKind,
  jobId: Uuid,
): Promise<void> =>
  db.as(scope, async (tx) => {
    const job = await jobById(tx, jobId, kind)
    if (!job) throw new Refusal('not_found', { jobId })
    const { complexId, gatewayId } = job
    if (!(await askToStop(tx, complexId, jobId))) return
    const subject = `gateway/${gatewayId}`
    await audit(tx, ids, { complexId, action: 'commissioning.stopScan', subject, after: { jobId } })
  })
