import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MoneyBack, refusalOf, startMoneyBack } from '../../test/money-back.ts'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { contentHash } from '../ledger/chain.ts'
import { chart } from '../ledger/chart.ts'
import { post } from '../ledger/post.ts'
import { must } from '../shared/assert.ts'
import { day } from '../shared/clock.ts'
import type { AccountId } from '../shared/ids.ts'
import { payReduction } from './payout-reduction.ts'

let rig: MoneyBack
beforeAll(async () => {
  rig = await startMoneyBack({ meters: 14 })
})
afterAll(() => rig.stop())

const stateOf = (purchaseId: string | null) =>
  rig.one<{ state: string }>('select state from purchase where purchase_id = $1', [purchaseId])
const setState = (purchaseId: string | null, state: string) =>
  rig.asSystem((tx) =>
    tx.query(`update purchase set state = $2, n = 77 where purchase_id = $1`, [purchaseId, state]),
  )
const put = async (sql: string, params: unknown[]): Promise<void> => {
  await rig.asSystem((tx) => tx.query(sql, params))
}
const pay = (reductionId: string | null, requestId = rig.nextId()) =>
  payReduction(rig.deps, rig.clerk, {
    reductionId: must(reductionId, 'a reduction'),
    method: 'cash',
    requestId,
  })
const owes = (account: AccountId, amountFen: number) =>
  rig.asSystem((tx) =>
    post(tx, {
      complexId: rig.complexId,
      postingId: rig.deps.ids.uuid(),
      requestId: rig.nextId(),
      kind: 'test',
      businessDate: day('2026-11-22'),
      contentHash: contentHash({ amountFen }),
      lines: [
        { path: chart.carry(account), fen: amountFen },
        { path: chart.waiver(), fen: -amountFen },
      ],
    }),
  )

describe('a sale that is still queued', () => {
  test('is struck out on the spot: cancelled, mirrored, paid back, owed again', async () => {
    const account = await rig.open(0)
    await owes(account, 1_500)
    const before = await rig.balances()
    const sold = await rig.sell(account, 10_000)
    expect(sold.receipt).toMatchObject({ carryFen: 1_500, creditFen: 8_500 })
    const answer = await rig.reverse({ saleId: sold.receipt.saleId }, { note: ' 输错一位 ' })
    expect(answer).toMatchObject({
      dryRun: false,
      state: 'paid',
      reductionId: null,
      amountFen: 10_000,
      approval: null,
      payout: {
        purpose: 'reversal',
        title: { zh: '冲正凭证' },
        paidFen: 10_000,
        paidCapitals: '人民币壹佰元整',
        carryFen: 1_500,
        method: 'cash',
        saleReceiptNo: sold.receipt.receiptNo,
        meterNo: sold.receipt.meterNo,
        reason: { code: 'wrong-amount', zh: '金额有误' },
        note: '输错一位',
        approvedBy: null,
      },
    })
    expect(await stateOf(sold.purchaseId)).toEqual({ state: 'CANCELLED' })
    expect(await rig.balances()).toEqual(before)
    const numbers = [sold.receipt.receiptNo, answer.payout?.receiptNo].map((no) =>
      Number(no?.slice(5)),
    )
    expect(must(numbers[1], 'a voucher') - must(numbers[0], 'a receipt')).toBe(1)
    const mirror = await rig.one<{ kind: string; of: string }>(
      `select p.kind, s.receipt_no as of from posting p join sale s on s.posting_id = p.reverses
       join payout o on o.posting_id = p.posting_id where o.payout_id = $1`,
      [answer.payout?.payoutId],
    )
    expect(mirror).toEqual({ kind: 'reversal', of: sold.receipt.receiptNo })
    expect(await rig.books()).toEqual([])
  })

  test('by the same request answers the first voucher, by another it is refused', async () => {
    const account = await rig.open(1)
    const { receipt } = await rig.sell(account, 700)
    const requestId = rig.nextId()
    const first = await rig.reverse({ saleId: receipt.saleId }, { requestId })
    expect(await rig.reverse({ saleId: receipt.saleId }, { requestId })).toEqual(first)
    const other = rig.reverse({ saleId: receipt.saleId })
    expect(await refusalOf(other)).toMatchObject({ code: 'sale_already_reversed' })
  })

  test('and would open the meter leaves an opening without money behind', async () => {
    const account = await rig.open(2, { firstPurchaseFen: 4_000 })
    const { id } = await rig.one<{ id: string }>(
      `select purchase_id as id from purchase p join supply s using (complex_id, supply_id)
       where s.account_id = $1`,
      [account],
    )
    expect(await rig.reverse({ purchaseId: id })).toMatchObject({ amountFen: 4_000 })
    const left = await rig.asSystem((tx) =>
      tx.query(
        `select p.kind, p.amount_fen as "amountFen", p.state from purchase p
         join supply s using (complex_id, supply_id) where s.account_id = $1
         order by purchase_no`,
        [account],
      ),
    )
    expect(left).toEqual([
      { kind: 'open', amountFen: 4_000, state: 'CANCELLED' },
      { kind: 'open', amountFen: 0, state: 'QUEUED' },
    ])
    expect(await rig.books()).toEqual([])
  })

  test('as a dry run shows the voucher and changes nothing', async () => {
    const account = await rig.open(3)
    const sold = await rig.sell(account, 900)
    const tried = await rig.reverse({ saleId: sold.receipt.saleId }, { dryRun: true })
    expect(tried).toMatchObject({ dryRun: true, payout: { paidFen: 900 } })
    expect(await stateOf(sold.purchaseId)).toEqual({ state: 'QUEUED' })
  })

  test('gives its service fee back', async () => {
    const fee = { kind: 'permille', permille: 20 }
    const set = `update complex set settings = jsonb_set(settings, '{serviceFee}', $2)
      where complex_id = $1`
    await put(set, [rig.complexId, JSON.stringify(fee)])
    const account = await rig.open(4)
    const before = await rig.balances()
    const split = { paidFen: 10_000, serviceFeeFen: 200, creditFen: 9_800, carryFen: 0 }
    expect(await rig.sell(account, 10_000, { dryRun: true })).toMatchObject({ receipt: split })
    const sold = await rig.sell(account, 10_000)
    expect(sold.receipt).toMatchObject(split)
    const after = await rig.balances()
    expect((after['income/service-fee'] ?? 0) - (before['income/service-fee'] ?? 0)).toBe(-200)
    const { payout } = await rig.reverse({ saleId: sold.receipt.saleId })
    expect(payout).toMatchObject({ paidFen: 10_000, serviceFeeFen: 200 })
    expect(await rig.balances()).toEqual(before)
    await put(set, [rig.complexId, JSON.stringify({ kind: 'fixed', fen: 150 })])
    expect(await refusalOf(rig.sell(account, 150))).toEqual({
      code: 'carry_not_covered',
      facts: { owedFen: 0, serviceFeeFen: 150 },
    })
    await put(`update complex set settings = settings - 'serviceFee' where complex_id = $1`, [
      rig.complexId,
    ])
    expect(await rig.books()).toEqual([])
  })
})

describe('a sale that was delivered', () => {
  test('is paid back only after the meter has proved that it gave the money up', async () => {
    const account = await rig.open(5)
    const before = await rig.balances()
    const { receipt } = await rig.sell(account, 6_000)
    await rig.deliverAll(account)
    const asked = await rig.reverse({ saleId: receipt.saleId })
    expect(asked).toMatchObject({ state: 'pending', payout: null, amountFen: 6_000 })
    expect((await rig.balances()).till).toBe((before.till ?? 0) + 6_000)
    expect(await refusalOf(pay(asked.reductionId))).toMatchObject({ code: 'reduction_not_done' })
    const again = rig.reverse({ saleId: receipt.saleId })
    expect(await refusalOf(again)).toMatchObject({ code: 'sale_already_reversed' })
    await rig.giveUp(must(asked.reductionId, 'a reduction'), 6_000)
    const requestId = rig.nextId()
    const { voucher } = await pay(asked.reductionId, requestId)
    expect(voucher).toMatchObject({
      purpose: 'reversal',
      paidFen: 6_000,
      saleReceiptNo: receipt.receiptNo,
      reductionId: asked.reductionId,
      balanceBeforeFen: 60_000,
      balanceAfterFen: 54_000,
    })
    expect((await pay(asked.reductionId, requestId)).voucher).toEqual(voucher)
    expect(await refusalOf(pay(asked.reductionId))).toMatchObject({
      code: 'reduction_already_paid',
    })
    expect(await rig.balances()).toEqual(before)
    expect(await rig.books()).toEqual([])
  })

  test('can be tried again when the meter gave nothing', async () => {
    const account = await rig.open(6)
    const { receipt } = await rig.sell(account, 2_000)
    await rig.deliverAll(account)
    const { reductionId } = await rig.reverse({ saleId: receipt.saleId })
    await put(`update reduction set state = 'CANCELLED' where reduction_id = $1`, [reductionId])
    expect(await refusalOf(pay(reductionId))).toMatchObject({ code: 'reduction_not_done' })
    expect(await refusalOf(rig.reverse({ saleId: receipt.saleId }))).toBeNull()
  })

  test('is refused where its meter can give nothing, or no longer holds it', async () => {
    const account = await rig.open(7)
    const { receipt } = await rig.sell(account, 3_000)
    await rig.deliverAll(account)
    const { deps } = rig
    const { capabilitiesOf } = deps
    deps.capabilitiesOf = () => ({ ...SOUND_METER, reduce: 'none' })
    const unable = await refusalOf(rig.reverse({ saleId: receipt.saleId }))
    deps.capabilitiesOf = capabilitiesOf
    expect(unable).toMatchObject({ code: 'reduction_not_possible' })
    await put(
      `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at, answered_at)
       values ($1, $2, 5000, 2999, $3, $3)`,
      [rig.complexId, rig.meterAt(7), new Date(Date.now() + 60_000).toISOString()],
    )
    expect(await refusalOf(rig.reverse({ saleId: receipt.saleId }))).toMatchObject({
      code: 'more_than_is_left',
      facts: { availableFen: 2_999, amountFen: 3_000 },
    })
  })
})

describe('a reversal', () => {
  test.each(['ARMED', 'HOLD'])('of a purchase that is %s is refused', async (state) => {
    const account = await rig.open(state === 'ARMED' ? 8 : 9)
    const { purchaseId } = await rig.sell(account, 500)
    await setState(purchaseId, state)
    const attempt = rig.reverse({ purchaseId: must(purchaseId, 'a purchase') })
    expect(await refusalOf(attempt)).toMatchObject({
      code: 'purchase_under_way',
      facts: { purchaseId, state },
    })
  })
  test('of what ended by a swap is refused, and so is a sale that took security', async () => {
    const account = await rig.open(10)
    const sold = await rig.sell(account, 500)
    await setState(sold.purchaseId, 'VOID')
    const named = { saleId: sold.receipt.saleId }
    expect(await refusalOf(rig.reverse(named))).toMatchObject({ code: 'purchase_not_cancellable' })
    await put(
      `insert into sale_line (complex_id, sale_id, line, purpose, fen)
       values ($1, $2, 9, 'deposit', 1)`,
      [rig.complexId, sold.receipt.saleId],
    )
    expect(await refusalOf(rig.reverse(named))).toMatchObject({
      code: 'purchase_not_cancellable',
      facts: { depositFen: 1 },
    })
  })
  test('of nothing, of another complex, or for a reason without its note is refused', async () => {
    const account = await rig.open(11)
    const { receipt } = await rig.sell(account, 500)
    const nothing = rig.reverse({ saleId: rig.deps.ids.uuid() })
    expect(await refusalOf(nothing)).toMatchObject({ code: 'not_found' })
    const by = { ...rig.clerk, complexes: [] }
    const outside = rig.reverse({ saleId: receipt.saleId }, { by })
    expect(await refusalOf(outside)).toMatchObject({ code: 'not_found' })
    const unsaid = rig.reverse({ saleId: receipt.saleId }, { reasonCode: 'other', note: ' ' })
    expect(await refusalOf(unsaid)).toMatchObject({ code: 'reason_needs_note' })
  })
  test('of a closed account is refused', async () => {
    const account = await rig.open(12)
    const { receipt } = await rig.sell(account, 500)
    await put('update account set closed_at = now() where account_id = $1', [account])
    const attempt = rig.reverse({ saleId: receipt.saleId })
    expect(await refusalOf(attempt)).toMatchObject({ code: 'account_closed' })
  })
})
