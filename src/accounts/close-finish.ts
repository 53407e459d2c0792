// The end of a closing 销户完成: nothing is left in any ledger account of the tenant, the periods end,
// and where it was a hand-over the next tenant's account begins at the same moment.

import { contentHash } from '../ledger/chain.ts'
import { chart } from '../ledger/chart.ts'
import { varianceLines } from '../ledger/entries/variance.ts'
import { fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import { assert } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'
import { type MeterOfClosing, metersOfClosing } from './close-meters.ts'
import { type ClosingRow, endAccount, writeState } from './close-store.ts'
import type { SellingDeps } from './judge-sale.ts'
import { openFor } from './open.ts'
import { handOnPlans } from './open-store.ts'
import type { LockedAccount } from './store.ts'

// A wallet may lose a fen between the reading and the read-back: that has a name of its own.
const nameWhatIsLeft = async (
  tx: Tx,
  deps: SellingDeps,
  closing: ClosingRow,
  meter: MeterOfClosing,
): Promise<void> => {
  if (meter.creditFen === 0) return
  const { complexId, closingId } = closing
  const lines = varianceLines(meter.supplyId, fen(-meter.creditFen))
  await post(tx, {
    complexId,
    postingId: deps.ids.uuid(),
    requestId: `variance/${meter.supplyId}/close/${closingId}`,
    kind: 'variance',
    businessDate: await postingDay(tx, complexId, tx.now),
    contentHash: contentHash({ closingId, lines }),
    lines,
  })
}

/** The register that ended one tenant's use begins the next one's. */
const handOnRegisters = async (
  tx: Tx,
  complex: ComplexId,
  account: AccountId,
  meters: readonly MeterOfClosing[],
): Promise<void> => {
  for (const { meterId, finalWh, finalAt } of meters)
    await tx.query(
      `update usage_mark um set energy_wh = $4, at = $5, reverse_wh = coalesce(
         (select r.reverse_wh from billable_reading r where r.complex_id = $1 and r.meter_id = $3
            and r.at = $5 order by r.source limit 1), um.reverse_wh)
       from supply s where s.complex_id = $1 and s.account_id = $2 and um.complex_id = $1
         and um.supply_id = s.supply_id and um.meter_id = $3`,
      [complex, account, meterId, finalWh, sqlTime(finalAt)],
    )
}

const openNext = async (
  tx: Tx,
  deps: SellingDeps,
  account: LockedAccount,
  closing: ClosingRow,
  meters: readonly MeterOfClosing[],
): Promise<AccountId | null> => {
  const { successorId, complexId, closingId } = closing
  if (successorId === null) return null
  const opened = await openFor(tx, deps, successorId, {
    requestId: `close/${closingId}/open`,
    complexId,
    mode: account.mode,
    meters: meters.map((meter) => ({
      meterId: meter.meterId,
      planId: meter.planId,
      alarm1Fen: meter.alarm1Fen,
      alarm2Fen: meter.alarm2Fen,
      overdraftFen: meter.overdraftFen,
      hoardingFen: meter.hoardingFen,
    })),
  })
  const { accountId: next } = opened
  await handOnPlans(tx, complexId, { former: account.accountId, next })
  if (account.mode === 'centre') await handOnRegisters(tx, complexId, next, meters)
  return opened.accountId
}

const assertNothingLeft = async (tx: Tx, account: LockedAccount): Promise<void> => {
  const { complexId, accountId } = account
  const paths = [chart.payable, chart.balance, chart.carry, chart.deposit].map((of) =>
    of(accountId),
  )
  const rows = await tx.query<{ path: string; fen: number }>(
    `select path, balance_fen as fen from ledger_account
     where complex_id = $1 and path = any ($2) and balance_fen <> 0`,
    [complexId, paths],
  )
  assert(rows.length === 0, `a closed account holds nothing: ${rows[0]?.path}`)
}

/** Closes. Everything was settled in this transaction; `receiptNo` tells with what. */
export const finishClosing = async (
  tx: Tx,
  deps: SellingDeps,
  account: LockedAccount,
  closing: ClosingRow,
  receiptNo: string | null,
): Promise<ClosingRow> => {
  const { complexId, accountId } = account
  const meters = await metersOfClosing(tx, closing)
  for (const meter of meters) await nameWhatIsLeft(tx, deps, closing, meter)
  await assertNothingLeft(tx, account)
  await endAccount(tx, complexId, accountId)
  const nextAccountId = await openNext(tx, deps, account, closing, meters)
  const closed = await writeState(tx, closing, 'closed', { receiptNo, nextAccountId })
  await audit(tx, deps.ids, {
    complexId,
    action: 'account.closed',
    subject: `account/${accountId}`,
    after: { receiptNo, nextAccountId, finalWh: meters.map(({ finalWh }) => finalWh) },
  })
  return { ...closed, receiptNo, nextAccountId }
}
