// Where an account goes on under another tenant 过户日电费, what the former one used is charged up to
// the last reading before him, or the register that a person has read off: no day is shared.

import { fen } from '../ledger/money.ts'
import { postingDay } from '../ledger/posting-day.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { chargeUntil } from '../settlement/charge-until.ts'
import { postMeteredUse } from '../settlement/metered-use.ts'
import { lastBillable, usageMarkAt } from '../settlement/store.ts'
import type { MeterId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { insertHandReading } from './centre-store.ts'
import { type LockedAccount, type SellableMeter, sellableMeters } from './store.ts'

const chargeRegister = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  { supplyId, meterId }: SellableMeter,
): Promise<void> => {
  const { complexId, accountId, zone, dayCutMinutes } = account
  const after = await usageMarkAt(tx, complexId, supplyId, meterId)
  const until = after && (await lastBillable(tx, complexId, meterId, { after, until: tx.now }))
  if (!until) return
  await chargeUntil(tx, ids, {
    ...{ complexId, supplyId, accountId, meterId, zone, dayCutMinutes, until },
    requestId: `usage/${supplyId}/transfer/${ids.uuid()}`,
    ends: true,
  })
}

const lastDelivery = async (tx: Tx, account: LockedAccount, meter: SellableMeter) => {
  const rows = await tx.query<{ late: boolean }>(
    `select exists (select from purchase p where p.complex_id = $1 and p.supply_id = $2
       and p.state = 'DELIVERED' and p.ended_at >= l.balance_at) as late
     from latest l where l.complex_id = $1 and l.meter_id = $3`,
    [account.complexId, meter.supplyId, meter.meterId],
  )
  return rows[0]?.late ?? true
}

const chargeWallet = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  meter: SellableMeter,
): Promise<void> => {
  const { complexId } = account
  const { supplyId, meterId, creditFen, balanceFen, balanceAt } = meter
  if (balanceFen === null || balanceAt === null || meter.held) return
  // A reading from before the last delivery would take its money for used.
  if (await lastDelivery(tx, account, meter)) return
  await postMeteredUse(tx, ids, {
    ...{ complexId, supplyId, meterId },
    day: await postingDay(tx, complexId, tx.now),
    requestId: `usage/${supplyId}/transfer/${ids.uuid()}`,
    creditFen: fen(creditFen),
    reading: { at: balanceAt, balanceFen: fen(balanceFen) },
  })
}

/** `finalWh` by meter. Refuses: final_reading_too_low. The caller holds the account's lock. */
export const chargeFormer = async (
  tx: Tx,
  ids: Ids,
  account: LockedAccount,
  finalWh: ReadonlyMap<MeterId, number>,
): Promise<void> => {
  const { complexId } = account
  for (const meter of await sellableMeters(tx, account)) {
    const { meterId, meterNo } = meter
    const energyWh = finalWh.get(meterId)
    if (energyWh !== undefined) {
      const rows = await tx.query<{ wh: number | null }>(
        'select energy_wh as wh from latest where complex_id = $1 and meter_id = $2',
        [complexId, meterId],
      )
      const lastWh = rows[0]?.wh ?? 0
      refuseIf(energyWh < lastWh, 'final_reading_too_low', { meterNo, lastWh })
      await insertHandReading(tx, { complexId, meterId, energyWh })
    }
    if (account.mode === 'centre') await chargeRegister(tx, ids, account, meter)
    else await chargeWallet(tx, ids, account, meter)
  }
}
