// Purchases that a test needs in the meter 已下发: the rows as the delivery worker leaves them,
// without a bus.

import { postDelivery } from '../src/delivery/settle.ts'
import type { Db } from '../src/ports/database.ts'
import { systemScope } from '../src/ports/database.ts'
import type { Ids } from '../src/ports/ids.ts'
import { sqlTime } from '../src/shared/clock.ts'
import type { MeterId, SupplyId, Uuid } from '../src/shared/ids.ts'
import type { TinyComplex } from './tiny-complex.ts'

type Row = { purchaseId: Uuid; supplyId: SupplyId; amountFen: number }

/** Every purchase of the meter that waits is delivered, as of now. */
export const deliverWaiting = (
  { db, ids }: { db: Db; ids: Ids },
  { complexId }: TinyComplex,
  meter: MeterId,
): Promise<void> =>
  db.as(systemScope('test', [complexId]), async (tx) => {
    await tx.query(
      `update epoch set base_count = 0 where complex_id = $1 and meter_id = $2
         and closed_at is null and base_count is null`,
      [complexId, meter],
    )
    const rows = await tx.query<Row>(
      `update purchase set state = 'DELIVERED', n = purchase_no, sends = 1,
         armed_at = coalesce(armed_at, $3), sent_at = $3, ended_at = $3, evidence = '{"reading":{}}'
       where complex_id = $1 and meter_id = $2 and state in ('QUEUED', 'ARMED')
       returning purchase_id as "purchaseId", supply_id as "supplyId", amount_fen as "amountFen"`,
      [complexId, meter, sqlTime(tx.now)],
    )
    for (const row of rows)
      await postDelivery(tx, ids, { ...row, complexId, zone: 'Asia/Shanghai', dayCutMinutes: 0 })
  })
