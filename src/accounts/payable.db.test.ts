import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClosingRig, refusalOf, startClosingRig } from '../../test/closing-rig.ts'
import { deliverWaiting } from '../../test/delivered.ts'
import type { UsePayable } from '../http/contract/payouts.ts'
import { auditBooks } from '../ledger/audit.ts'
import type { AccountId } from '../shared/ids.ts'
import { abortClosing } from './close.ts'
import { accountLife } from './history-store.ts'
import { clearPayable } from './payable.ts'

let rig: ClosingRig
beforeAll(async () => {
  rig = await startClosingRig()
})
afterAll(() => rig.stop())

const clear = (accountId: AccountId, cmd: UsePayable) =>
  clearPayable(rig.deps, rig.clerk, { ...cmd, accountId, requestId: rig.nextId() })
const payOut = { use: 'payOut', method: 'cash', reasonCode: 'tenant-leaves' } as const
const unclaimed = (accountId: AccountId) =>
  rig.base.db.as(rig.clerk, async (tx) => {
    const place = {
      complexId: rig.complex.complexId,
      zone: 'Asia/Shanghai',
      mode: 'meter',
    } as const
    return (await accountLife(tx, rig.deps, place, accountId))?.unclaimedFen
  })

/** A closing that was called off; a sale of so much was cancelled by it. */
const calledOff = async (index: number, queuedFen: number, opened = true) => {
  const { accountId } = await rig.open(index, { firstPurchaseFen: opened ? 1_000 : queuedFen })
  if (opened) {
    await deliverWaiting(rig.deps, rig.complex, rig.meterAt(index))
    await rig.sale(accountId, queuedFen)
  }
  await rig.close(accountId)
  expect(await unclaimed(accountId)).toBe(0)
  await abortClosing(rig.deps, rig.clerk, { accountId, requestId: rig.nextId() })
  expect(await unclaimed(accountId)).toBe(queuedFen)
  return accountId
}

describe('money of a closing that was called off', () => {
  test('is paid out at once, once, and exactly what the clerk saw', async () => {
    const accountId = await calledOff(0, 300)
    expect(await refusalOf(clear(accountId, { ...payOut, amountFen: 299 }))).toBe(
      'settlement_changed',
    )
    const paid = await clear(accountId, { ...payOut, amountFen: 300 })
    expect(paid).toMatchObject({
      payout: { purpose: 'refund', paidFen: 300, title: { zh: '退款凭证' } },
      purchaseId: null,
    })
    expect(await refusalOf(clear(accountId, { ...payOut, amountFen: 300 }))).toBe(
      'more_than_is_left',
    )
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('goes back into the meter as a purchase of its own', async () => {
    const accountId = await calledOff(1, 400)
    const back = await clear(accountId, { use: 'putBack', amountFen: 400 })
    expect(back).toMatchObject({ amountFen: 400, payout: null })
    const waits = `select kind, state, amount_fen as fen from purchase where purchase_id = $1`
    expect(await rig.sql(waits, [back.purchaseId])).toEqual([
      { kind: 'recharge', state: 'QUEUED', fen: 400 },
    ])
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('whose opening never left is opened again, and takes it after that', async () => {
    const accountId = await calledOff(2, 500, false)
    await clear(accountId, { use: 'putBack', amountFen: 500 })
    const rows = await rig.sql(
      `select kind, state, amount_fen as fen from purchase where meter_id = $1
       order by purchase_no`,
      [rig.meterAt(2)],
    )
    expect(rows).toEqual([
      { kind: 'open', state: 'CANCELLED', fen: 500 },
      { kind: 'open', state: 'QUEUED', fen: 0 },
      { kind: 'recharge', state: 'QUEUED', fen: 500 },
    ])
    expect(await auditBooks(rig.base.db)).toEqual([])
  })

  test('needs a method and a reason to be paid out', async () => {
    const accountId = await calledOff(3, 100)
    expect(await refusalOf(clear(accountId, { use: 'payOut', amountFen: 100 }))).toBe(
      'invalid_input',
    )
  })
})
