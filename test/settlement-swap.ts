// A swap as the counter does it in centre mode 换表, without its paper: last charge, then the next
// meter.

import { chargeUntil } from '../src/settlement/charge-until.ts'
import { must } from '../src/shared/assert.ts'
import { sqlTime } from '../src/shared/clock.ts'
import type { AccountId, MeterId, SupplyId } from '../src/shared/ids.ts'
import type { SettlementRig } from './settlement-rig.ts'

export type TestSwap = {
  supplyId: SupplyId
  accountId: AccountId
  meterId: MeterId
  finalWh: number
  initialWh: number
  multiplier: number
}

/** The last meter of the complex comes; it hangs nowhere else by then. */
export const swapMeters = async (rig: SettlementRig, swap: TestSwap): Promise<MeterId> => {
  const { complexId, complex } = rig
  const next = must(complex.meters.at(-1), 'a meter is left').meterId
  await rig.inTx(async (tx) => {
    const now = sqlTime(tx.now)
    const { supplyId, accountId, meterId, finalWh } = swap
    await chargeUntil(tx, rig.deps.ids, {
      ...{ complexId, supplyId, accountId, meterId, zone: 'Asia/Shanghai', dayCutMinutes: 0 },
      requestId: `usage/${supplyId}/swap/1`,
      until: { at: tx.now, energyWh: finalWh, reverseWh: null },
    })
    await tx.query(
      'update installation set until = $2 where meter_id = any ($1) and until is null',
      [[meterId, next], now],
    )
    await tx.query(
      `insert into installation (complex_id, meter_id, point_id, since, multiplier, side,
         initial_wh)
       select complex_id, $2, point_id, $3, $4, 'secondary', $5 from supply where supply_id = $1`,
      [supplyId, next, now, swap.multiplier, swap.initialWh],
    )
    await tx.query(
      `insert into usage_mark (complex_id, supply_id, meter_id, energy_wh, at)
       values ($1, $2, $3, $4, $5)`,
      [complexId, supplyId, next, swap.initialWh, now],
    )
  })
  return next
}
