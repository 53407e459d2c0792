// The mode of a point told again 控制方式重发: to a meter that came there in another one's place.

import type { ModelCapabilities } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import { beginEpisodes } from './episode-store.ts'
import { modeRefusal } from './mode.ts'
import { queueOrder } from './queue-order.ts'
import { targetsOf } from './target-store.ts'

/** It may not be on the bus at once. */
const AGAIN_LIFE_MS = 24 * 3_600_000

/** Switched off when it was taken from another point: given back, it closes once it has money. */
const giveBackTrip = async (tx: Tx, complexId: ComplexId, meterId: MeterId): Promise<void> => {
  const tripped = await tx.query(
    `select from latest where complex_id = $1 and meter_id = $2 and relay = 'tripped'`,
    [complexId, meterId],
  )
  if (tripped.length === 0) return
  const released = { meterId, at: tx.now, relay: 'tripped', cause: 'released' } as const
  await beginEpisodes(tx, complexId, [released])
}

/**
 * What is desired, by whom and until when stays as it was. Nothing is sent for prepaid, which a
 * meter is in by itself or when it has money again, or where the model can't.
 */
export const orderModeAgain = async (
  tx: Tx,
  deps: { ids: Ids; capabilitiesOf: (model: string) => ModelCapabilities | null },
  { complexId, meterId }: { complexId: ComplexId; meterId: MeterId },
): Promise<void> => {
  const [target] = await targetsOf(tx, complexId, [meterId], false)
  if (!target) return
  if (target.desired.mode === 'prepaid') return giveBackTrip(tx, complexId, meterId)
  const { mode, reason, until } = target.desired
  const model = deps.capabilitiesOf(target.model)
  const refused = !model || modeRefusal(mode, model.relay, target.protected) !== null
  if (refused || (until !== null && until <= tx.now)) return
  await queueOrder(tx, deps.ids, {
    ...{ complexId, meterId, gatewayId: target.gatewayId, kind: 'setMode' },
    params: { mode, was: target.desired },
    asked: { mode, reason, until, again: true },
    lifeMs: AGAIN_LIFE_MS,
  })
}
