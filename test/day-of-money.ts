// A day of money 一日收付: a sale that was delivered, one that waits, a refund, a counted and closed
// shift, and the day closed.

import { openAccount } from '../src/accounts/open.ts'
import { recharge } from '../src/accounts/recharge.ts'
import { systemIds } from '../src/adapters/system.ts'
import { postDelivery } from '../src/delivery/settle.ts'
import { contentHash } from '../src/ledger/chain.ts'
import { post } from '../src/ledger/post.ts'
import { postingDay } from '../src/ledger/posting-day.ts'
import type { Db, Tx } from '../src/ports/database.ts'
import { must } from '../src/shared/assert.ts'
import { type ComplexId, type SupplyId, uuid } from '../src/shared/ids.ts'
import { closeDay } from '../src/shifts/day-close.ts'
import { closeShift, countShift } from '../src/shifts/shift.ts'
import type { TinyComplex } from './tiny-complex.ts'

/** The first purchase is in the meter, as the delivery would have written it. */
const deliverFirst = (tx: Tx, complexId: ComplexId) =>
  tx
    .query<{ purchaseId: string; supplyId: SupplyId; amountFen: number }>(
      `update purchase set state = 'DELIVERED', n = 1, sends = 1, armed_at = $1, sent_at = $1,
         ended_at = $1, before = '{}', evidence = '{"reading": {}}'
       where purchase_no = 1
       returning purchase_id as "purchaseId", supply_id as "supplyId", amount_fen as "amountFen"`,
      [new Date(tx.now).toISOString()],
    )
    .then(async (rows) => {
      const arrived = must(rows[0], 'a purchase')
      await tx.query('update epoch set base_count = 0')
      await postDelivery(tx, systemIds, {
        ...arrived,
        complexId,
        purchaseId: uuid(arrived.purchaseId),
        zone: 'Asia/Shanghai',
        dayCutMinutes: 0,
      })
    })

const payBack = async (tx: Tx, complexId: ComplexId): Promise<void> => {
  const postingId = systemIds.uuid()
  await post(tx, {
    complexId,
    postingId,
    requestId: 'pay-back',
    kind: 'refund',
    businessDate: await postingDay(tx, complexId, tx.now),
    contentHash: contentHash('pay-back'),
    lines: [
      { path: 'account/1/balance', fen: 300 },
      { path: 'channel/card', fen: -300 },
    ],
  })
  await tx.query(
    `insert into payout (complex_id, payout_id, account_id, request_id, purpose, shift_id,
       receipt_no, method, paid_fen, sale_id, posting_id, reason, at, receipt)
     select complex_id, $2, account_id, 'pay-back', 'refund', shift_id,
       left(receipt_no, 5) || '0000003', 'card', 300, null, $3, 'x', at, '{}' from sale
     where complex_id = $1 order by receipt_no limit 1`,
    [complexId, systemIds.uuid(), postingId],
  )
  await tx.query("update counter set value = 3 where name like 'receipt/%'")
}

export const aDayOfMoney = async (db: Db, complex: TinyComplex): Promise<void> => {
  const { complexId, deps, clerk, planId } = complex
  const meterId = must(complex.meters[0], 'a meter').meterId
  const { accountId } = await openAccount(deps, clerk, {
    requestId: 'open',
    complexId,
    tenant: { name: '蜀香小厨' },
    meters: [{ meterId, planId, alarm1Fen: 2, alarm2Fen: 1, firstPurchaseFen: 5_000 }],
  })
  const sale = { accountId, amountFen: 1_000, method: 'cash' } as const
  await recharge(deps, clerk, { ...sale, requestId: 'sale', similarAccepted: true })
  await db.as(clerk, (tx) => deliverFirst(tx, complexId))
  await db.as(clerk, (tx) => payBack(tx, complexId))
  const shifts = await db.as(clerk, (tx) =>
    tx.query<{ id: string }>('select shift_id as id from shift'),
  )
  const shift = { complexId, shiftId: uuid(must(shifts[0], 'a shift').id), requestId: 'count' }
  await countShift(deps, clerk, { ...shift, countedFen: 6_000, perDenomination: [] })
  await closeShift(deps, clerk, { ...shift, requestId: 'close', reasonCode: null, note: '' })
  const today = await db.as(clerk, (tx) => postingDay(tx, complexId, tx.now))
  await closeDay(deps, clerk, { complexId, day: today, requestId: 'day', dryRun: false })
}
