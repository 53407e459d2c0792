// Hanging a meter on a point 装表: for a point that supplies nobody yet. Where somebody is supplied a
// meter comes by a swap, which takes care of the money.

import type { HungMeter } from '../http/contract/collection.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type Instant, parseRfc3339, rfc3339 } from '../shared/clock.ts'
import { type ComplexId, type MeterId, pointId as pointIdOf } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import {
  type InstallationRow,
  insertInstallation,
  isSupplied,
  lockMeterAndPoint,
  overlapOf,
} from './installation-store.ts'

const refuse = (prefix: string, field: string, rule: string): never => {
  throw new Refusal('invalid_input', { where: 'body', field: `${prefix}${field}`, rule })
}

const sinceOf = (asked: HungMeter, now: Instant, prefix: string): Instant => {
  if (asked.since === undefined) return now
  const at = parseRfc3339(asked.since) ?? refuse(prefix, 'since', 'format')
  return at > now ? refuse(prefix, 'since', 'notLater') : at
}

const rowOf = (meterId: MeterId, asked: HungMeter, since: Instant, prefix: string) => {
  const { multiplier = 1, side, direction = 'combined', maxPowerW = null } = asked
  // Whether the registers already show what the transformers carry, nobody can guess.
  if (multiplier > 1 && side === undefined) refuse(prefix, 'side', 'required')
  return {
    meterId,
    pointId: pointIdOf(asked.pointId),
    since,
    multiplier,
    side: side ?? 'primary',
    direction,
    maxPowerW,
    initialWh: asked.initialWh ?? null,
    initialReverseWh: asked.initialReverseWh ?? null,
  } satisfies InstallationRow
}

/**
 * `prefix`: where the fields stand in the body. Refuses: invalid_input with the field,
 * installation_overlaps, meter_barred, premises_occupied.
 */
export const hangMeter = async (
  tx: Tx,
  { ids }: { ids: Ids },
  at: { complexId: ComplexId; zone: string; meterId: MeterId },
  asked: HungMeter,
  prefix = '',
): Promise<number> => {
  const { complexId, zone, meterId } = at
  const row = rowOf(meterId, asked, sinceOf(asked, tx.now, prefix), prefix)
  const { meter, point } = await lockMeterAndPoint(tx, complexId, row)
  if (!point) refuse(prefix, 'pointId', 'unknown')
  if (meter === null) return refuse(prefix, 'meterId', 'unknown')
  refuseIf(meter.barred, 'meter_barred', { meterId })
  const other = await overlapOf(tx, complexId, row)
  if (other) {
    const { meterNo, premises, until } = other
    throw new Refusal('installation_overlaps', {
      field: `${prefix}${other.meterId === meterId ? 'meterId' : 'pointId'}`,
      meterNo,
      premises,
      since: rfc3339(other.since, zone),
      until: until === null ? null : rfc3339(until, zone),
    })
  }
  refuseIf(await isSupplied(tx, complexId, row.pointId), 'premises_occupied', {
    pointId: row.pointId,
  })
  const id = await insertInstallation(tx, complexId, row)
  const after = { ...row, since: rfc3339(row.since, zone) }
  const subject = `meter/${meterId}`
  await audit(tx, ids, { complexId, action: 'installation.create', subject, after })
  return id
}
