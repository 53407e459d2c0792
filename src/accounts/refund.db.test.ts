import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MoneyBack, refusalOf, startMoneyBack } from '../../test/money-back.ts'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import type { RefundRequest } from '../http/contract/payouts.ts'
import { must } from '../shared/assert.ts'
import type { AccountId } from '../shared/ids.ts'
import type { RefusalCode } from '../shared/refusal.ts'
import { payReduction } from './payout-reduction.ts'

const put = async (rig: MoneyBack, sql: string, params: unknown[]): Promise<void> => {
  await rig.asSystem((tx) => tx.query(sql, params))
}

describe('a refund in centre mode', () => {
  // The demo's price: 1.05 yuan per kWh.
  let rig: MoneyBack
  beforeAll(async () => {
    rig = await startMoneyBack({ meters: 8, centre: true })
  })
  afterAll(() => rig.stop())

  test('pays what is truly left, at once: the balance less what was used since', async () => {
    const account = await rig.open(0)
    await rig.sell(account, 10_000)
    await rig.shows(0, 20_000)
    const tried = await rig.payBack(account, { all: true, dryRun: true })
    expect(tried).toMatchObject({ dryRun: true, amountFen: 7_900, payout: { paidFen: 7_900 } })
    const part = await rig.payBack(account, { amountFen: 900, method: 'alipay' })
    expect(part).toMatchObject({
      state: 'paid',
      reductionId: null,
      payout: { purpose: 'refund', balanceBeforeFen: 7_900, balanceAfterFen: 7_000, meterNo: '' },
    })
    const rest = await rig.payBack(account, { all: true })
    expect(rest.payout).toMatchObject({ paidFen: 7_000, paidCapitals: '人民币柒拾元整' })
    expect(await rig.balances()).toEqual({
      [`account/${account}/balance`]: -2_100,
      'channel/alipay': -900,
      till: 3_000,
    })
    expect(await refusalOf(rig.payBack(account, { all: true }))).toMatchObject({
      code: 'more_than_is_left',
    })
    expect(await rig.books()).toEqual([])
  })

  test('by the same request pays once', async () => {
    const account = await rig.open(1, { firstPurchaseFen: 5_000 })
    await rig.shows(1, 0)
    const requestId = rig.nextId()
    const asked = () => rig.payBack(account, { amountFen: 100, requestId })
    const answers = await Promise.all([asked(), asked(), asked()])
    expect(new Set(answers.map((answer) => answer.payout?.receiptNo)).size).toBe(1)
  })

  test('is refused while what is left is not known, or known from long ago', async () => {
    const account = await rig.open(2, { firstPurchaseFen: 5_000 })
    const attempt = () => refusalOf(rig.payBack(account, { amountFen: 100 }))
    expect(await attempt()).toMatchObject({ code: 'balance_unknown', facts: { asOf: null } })
    await rig.shows(2, 1_000, 3 * 3_600_000)
    expect(await attempt()).toMatchObject({
      code: 'balance_unknown',
      facts: { asOf: expect.any(String) },
    })
    await rig.shows(2, 1_000, 3_600_000)
    expect(await attempt()).toBeNull()
  })

  test('a sale is reversed while the balance covers it, and not when it is used', async () => {
    const account = await rig.open(3)
    const { receipt } = await rig.sell(account, 1_000)
    await rig.shows(3, 1_000)
    const reverse = () => rig.reverse({ saleId: receipt.saleId })
    expect(await refusalOf(reverse())).toMatchObject({
      code: 'more_than_is_left',
      facts: { availableFen: 895 },
    })
    await rig.sell(account, 105)
    expect(await reverse()).toMatchObject({ state: 'paid', payout: { balanceAfterFen: 0 } })
    expect(await rig.books()).toEqual([])
  })

  test('a reversal and a refund that race never pay more than is left', async () => {
    const account = await rig.open(4)
    const { receipt } = await rig.sell(account, 3_000)
    await rig.shows(4, 0)
    const outcomes = await Promise.all([
      refusalOf(rig.reverse({ saleId: receipt.saleId })),
      refusalOf(rig.payBack(account, { all: true })),
      refusalOf(rig.payBack(account, { amountFen: 3_000 })),
    ])
    const codes = outcomes.map((refused) => refused?.code ?? 'paid').sort()
    expect(codes).toEqual(['more_than_is_left', 'more_than_is_left', 'paid'])
    expect(await rig.books()).toEqual([])
  })

  test.each<[string, Partial<RefundRequest>, RefusalCode]>([
    ['neither an amount nor all', {}, 'invalid_input'],
    ['an amount and all', { amountFen: 5, all: true }, 'invalid_input'],
    ['nothing', { amountFen: 0 }, 'amount_out_of_range'],
    ['more than is left', { amountFen: 5_001 }, 'more_than_is_left'],
    ['out of one meter', { amountFen: 5, meterId: 1 }, 'invalid_input'],
    ['for no stated reason', { amountFen: 5, reasonCode: 'other' }, 'reason_needs_note'],
  ])('of %s is refused', async (_, cmd, code) => {
    account ??= await rig.open(5, { firstPurchaseFen: 5_000 })
    await rig.shows(5, 0)
    expect(await refusalOf(rig.payBack(account, cmd))).toMatchObject({ code })
  })
  let account: AccountId | undefined

  test('of another complex, or of a closed account, is refused', async () => {
    const closing = await rig.open(6, { firstPurchaseFen: 5_000 })
    await rig.shows(6, 0)
    const by = { ...rig.clerk, complexes: [] }
    const outside = rig.payBack(closing, { amountFen: 5, by })
    expect(await refusalOf(outside)).toMatchObject({ code: 'not_found' })
    await put(rig, 'update account set closed_at = now() where account_id = $1', [closing])
    const closed = rig.payBack(closing, { amountFen: 5 })
    expect(await refusalOf(closed)).toMatchObject({ code: 'account_closed' })
  })
})

describe('a refund out of a meter', () => {
  let rig: MoneyBack
  beforeAll(async () => {
    rig = await startMoneyBack({ meters: 8 })
  })
  afterAll(() => rig.stop())

  const holding = async (index: number, amountFen: number): Promise<AccountId> => {
    const account = await rig.open(index, { firstPurchaseFen: amountFen })
    await rig.deliverAll(account)
    return account
  }
  const pay = (reductionId: string) =>
    payReduction(rig.deps, rig.clerk, { reductionId, method: 'cash', requestId: rig.nextId() })

  test('is queued, and paid when the meter has proved what it gave up', async () => {
    const account = await holding(0, 8_000)
    const before = await rig.balances()
    const asked = await rig.payBack(account, { all: true, reasonCode: 'tenant-leaves' })
    expect(asked).toMatchObject({ state: 'pending', payout: null, amountFen: null })
    expect(await rig.balances()).toEqual(before)
    const reductionId = must(asked.reductionId, 'a reduction')
    await rig.giveUp(reductionId, 7_777)
    const { voucher } = await pay(reductionId)
    expect(voucher).toMatchObject({
      purpose: 'refund',
      paidFen: 7_777,
      saleId: null,
      reason: { code: 'tenant-leaves' },
    })
    expect((await rig.balances()).till).toBe((before.till ?? 0) - 7_777)
    expect(await rig.books()).toEqual([])
  })

  test('gives the service fee back in proportion', async () => {
    const account = await holding(1, 1_000)
    const set = 'update complex set settings = $2 where complex_id = $1'
    const serviceFee = { kind: 'fixed', fen: 150 }
    await put(rig, set, [rig.complexId, JSON.stringify({ serviceFee })])
    await rig.sell(account, 2_150)
    await put(rig, set, [rig.complexId, '{}'])
    await rig.deliverAll(account)
    const { reductionId } = await rig.payBack(account, { amountFen: 1_500 })
    await rig.giveUp(must(reductionId, 'a reduction'), 1_500)
    const { voucher } = await pay(must(reductionId, 'a reduction'))
    expect(voucher).toMatchObject({ paidFen: 1_575, serviceFeeFen: 75 })
    expect(await rig.books()).toEqual([])
  })

  test('and a reversal that race: one of them has the meter', async () => {
    const account = await holding(2, 1_000)
    const { receipt } = await rig.sell(account, 4_000)
    await rig.deliverAll(account)
    const outcomes = await Promise.all([
      refusalOf(rig.payBack(account, { all: true })),
      refusalOf(rig.reverse({ saleId: receipt.saleId })),
      refusalOf(rig.payBack(account, { amountFen: 4_500 })),
    ])
    const codes = outcomes.map((refused) => refused?.code ?? 'queued').sort()
    expect(codes).toEqual(['queued', 'reduction_under_way', 'reduction_under_way'])
  })

  test('is refused before anything where the model can give nothing', async () => {
    const account = await holding(3, 1_000)
    const { deps } = rig
    const { capabilitiesOf } = deps
    deps.capabilitiesOf = () => ({ ...SOUND_METER, reduce: 'none' })
    const refused = await refusalOf(rig.payBack(account, { amountFen: 10 }))
    deps.capabilitiesOf = capabilitiesOf
    expect(refused).toMatchObject({ code: 'reduction_not_possible' })
  })

  test('that was never read, or holds less, is refused', async () => {
    const account = await rig.open(4, { firstPurchaseFen: 1_000 })
    const attempt = (amountFen: number) => refusalOf(rig.payBack(account, { amountFen }))
    expect(await attempt(1)).toMatchObject({ code: 'balance_unknown' })
    await rig.deliverAll(account)
    expect(await attempt(1_001)).toMatchObject({
      code: 'more_than_is_left',
      facts: { availableFen: 1_000, amountFen: 1_001 },
    })
    expect(await attempt(1_000)).toBeNull()
  })

  test('of a closing is not paid here, and nothing is paid that was not taken', async () => {
    const account = await holding(5, 1_000)
    const { reductionId } = await rig.payBack(account, { amountFen: 1_000 })
    const id = must(reductionId, 'a reduction')
    await rig.giveUp(id, 1_000)
    await put(rig, `update reduction set purpose = 'close' where reduction_id = $1`, [id])
    expect(await refusalOf(pay(id))).toMatchObject({ code: 'reduction_not_payable' })
    const more = `update reduction set purpose = 'refund', taken_fen = 1001 where reduction_id = $1`
    await put(rig, more, [id])
    expect(await refusalOf(pay(id))).toMatchObject({
      code: 'more_than_is_left',
      facts: { amountFen: 1_001, availableFen: 1_000 },
    })
    expect(await refusalOf(pay(rig.deps.ids.uuid()))).toMatchObject({ code: 'not_found' })
  })
})
