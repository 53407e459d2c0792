// Queuing questions to meters 抄表排队: one command for each meter and one piece of work for each bus,
// so that all buses are read at once and none waits for another.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs } from '../shared/clock.ts'
import type { BusId, ComplexId, GatewayId, MeterId, Uuid } from '../shared/ids.ts'
import { KINDS } from './kinds.ts'
import { insertReads } from './read-store.ts'

export const READ_WHAT = ['status', 'energy', 'clock'] as const
export type ReadWhat = (typeof READ_WHAT)[number]
export const READ_BY_DEFAULT: readonly ReadWhat[] = ['status', 'energy']

/** Enough for a meter that does not answer, on a slow line, asked again. */
const PER_METER_MS = 10_000

export type ReadTarget = { meterId: MeterId; busId: BusId; gatewayId: GatewayId }

export const queueReads = async (
  tx: Tx,
  ids: Ids,
  round: { complexId: ComplexId; batchId: Uuid; what: readonly ReadWhat[] },
  targets: readonly ReadTarget[],
): Promise<void> => {
  const gatewayOf = new Map(targets.map((target) => [target.busId, target.gatewayId]))
  const perBus = new Map<BusId, number>()
  for (const { busId } of targets) perBus.set(busId, (perBus.get(busId) ?? 0) + 1)
  const fullest = Math.max(0, ...perBus.values())
  await insertReads(tx, {
    ...round,
    deadline: plusMs(tx.now, KINDS.read.lifeMs + fullest * PER_METER_MS),
    commands: targets.map(({ meterId }) => ({ commandId: ids.uuid(), meterId })),
    buses: [...gatewayOf].map(([busId, gatewayId]) => ({ workId: ids.uuid(), busId, gatewayId })),
  })
}
