// A closing as the counter sees it 销户进度: where it stands, what each meter waits for, and the money.

import type { Closing } from '../http/contract/account-life.ts'
import { operatorName } from '../operators/operator-store.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import { type MeterOfClosing, metersOfClosing, waitsFor } from './close-meters.ts'
import { settlementOf } from './close-settlement.ts'
import type { ClosingRow } from './close-store.ts'

/** Nothing has left a meter for good and no cash has moved. */
export const isAbortable = (closing: ClosingRow, meters: readonly MeterOfClosing[]): boolean => {
  if (closing.endedAt !== null) return false
  const moved = (meter: MeterOfClosing) =>
    meter.wallet === 'empty' ||
    meter.wallet === 'left' ||
    (meter.reductionState !== null && !['QUEUED', 'CANCELLED'].includes(meter.reductionState))
  return !meters.some(moved)
}

export const closingView = async (
  tx: Tx,
  account: { mode: 'meter' | 'centre'; zone: string },
  closing: ClosingRow,
  dryRun = false,
): Promise<Closing> => {
  const { complexId, accountId, startedAt, state } = closing
  const time = (at: Instant | null) => (at === null ? null : rfc3339(at, account.zone))
  const meters = await metersOfClosing(tx, closing)
  return {
    ...{ closingId: closing.closingId, accountId, dryRun, state, method: closing.method },
    reasonCode: closing.reasonCode,
    note: closing.note,
    startedAt: rfc3339(startedAt, account.zone),
    startedBy: await operatorName(tx, closing.operatorId),
    endedAt: time(closing.endedAt),
    abortable: isAbortable(closing, meters),
    settlement: await settlementOf(tx, { complexId, accountId, mode: account.mode }),
    cancelledPurchases: closing.cancelledPurchases,
    meters: meters.map((meter) => ({
      meterId: meter.meterId,
      meterNo: meter.meterNo,
      finalWh: meter.finalWh,
      finalAt: time(meter.finalAt),
      finalBy: meter.finalBy,
      tripped: meter.tripped,
      wallet: meter.wallet,
      takenFen: meter.takenFen,
      leftFen: meter.leftFen,
      waitsFor: waitsFor(state, account.mode, meter),
    })),
    voucherNo: closing.receiptNo,
    nextAccountId: closing.nextAccountId,
  }
}
