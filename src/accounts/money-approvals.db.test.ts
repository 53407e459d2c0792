import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askFor } from '../../test/ask-approval.ts'
import { createManualClock, type ManualClock } from '../../test/manual-clock.ts'
import { type MoneyBack, refusalOf, startMoneyBack } from '../../test/money-back.ts'
import { approvalById, listApprovals } from '../approvals/approval-store.ts'
import { decideApproval } from '../approvals/ask.ts'
import { writeOperatorLimit } from '../approvals/limits-store.ts'
import type { ApprovalRequest } from '../http/contract/approvals.ts'
import type { Scope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { AccountId, Uuid } from '../shared/ids.ts'
import { closeShift, countShift } from '../shifts/shift.ts'
import { payReduction } from './payout-reduction.ts'

const SEES_ALL = { all: true, money: true, everywhere: false }
const HALF_HOUR_MS = 30 * 60_000

let rig: MoneyBack
let clock: ManualClock
let manager: Scope
let colleague: Scope
beforeAll(async () => {
  clock = createManualClock()
  rig = await startMoneyBack({ meters: 16, clock })
  manager = await rig.addClerk('经理')
  colleague = await rig.addClerk('同事')
})
afterAll(() => rig.stop())

const ask = (content: ApprovalRequest, by: Scope = colleague) =>
  askFor(rig.deps, by, { ...content, requestId: rig.nextId() })
const decide = (approvalId: string, agreed = true, by: Scope = manager) =>
  decideApproval(rig.deps, by, { approvalId, agreed, note: '', requestId: rig.nextId() })
const limit = (by: Scope, limits: { saleFen: number | null; payoutFen: number | null }) =>
  rig.asSystem((tx) => writeOperatorLimit(tx, rig.complexId, must(by.operator, 'a person'), limits))

/** A sale that another clerk took; `colleague` wants to strike it out. */
const soldByClerk = async (index: number, amountFen = 1_000) => {
  const account = await rig.open(index)
  const { receipt } = await rig.sell(account, amountFen)
  return receipt
}
const wanted = (saleId: string) =>
  ({ operation: 'sale.reverse', saleId, reasonCode: 'wrong-amount' }) as const

describe('a sale of another shift', () => {
  test('is reversed with a second person’s agreement to exactly this, once', async () => {
    const { saleId, receiptNo, paidFen } = await soldByClerk(0)
    const reverse = (approvalId?: string) =>
      rig.reverse({ saleId }, { by: colleague, ...(approvalId && { approvalId }) })
    expect(await refusalOf(reverse())).toEqual({
      code: 'approval_required',
      facts: { why: 'shift', amountFen: paidFen, limitFen: null, operation: 'sale.reverse' },
    })
    const tried = await rig.reverse({ saleId }, { by: colleague, dryRun: true })
    expect(tried).toMatchObject({ dryRun: true, approval: { why: 'shift', amountFen: paidFen } })
    const { approvalId } = await ask(wanted(saleId))
    expect(await refusalOf(reverse(approvalId))).toEqual({
      code: 'approval_not_valid',
      facts: { why: 'open' },
    })
    expect(await decide(approvalId)).toEqual({ approvalId, agreed: true })
    const { payout } = await reverse(approvalId)
    expect(payout).toMatchObject({ approvedBy: '经理', saleReceiptNo: receiptNo })
    const listed = await rig.asSystem((tx) =>
      listApprovals(tx, rig.complexId, SEES_ALL, {
        whose: null,
        state: 'used',
        before: null,
        limit: 5,
      }),
    )
    expect(listed).toMatchObject([
      {
        approvalId,
        operation: 'sale.reverse',
        askedBy: '同事',
        decidedBy: '经理',
        own: null,
        summary: { receiptNo, amountFen: paidFen, tenant: '蜀香餐饮' },
      },
    ])
    expect(await rig.books()).toEqual([])
  })

  test('is the clerk’s own again only while his till is open', async () => {
    const { saleId } = await soldByClerk(1)
    const { complexId, clerk, deps } = rig
    const { shiftId } = await rig.one<{ shiftId: Uuid }>(
      `select shift_id as "shiftId" from shift where operator_id = $1`,
      [clerk.operator],
    )
    const named = () => ({ complexId, shiftId, requestId: rig.nextId() })
    await countShift(deps, clerk, { ...named(), countedFen: 0, perDenomination: [] })
    expect(await refusalOf(rig.reverse({ saleId }))).toMatchObject({ code: 'shift_counted' })
    await closeShift(deps, clerk, { ...named(), reasonCode: 'other', note: '测试' })
    expect(await refusalOf(rig.reverse({ saleId }))).toMatchObject({ code: 'approval_required' })
  })
})

describe('an agreement', () => {
  test.each<[string, number, (saleId: string) => Promise<string>, string]>([
    [
      'that was refused',
      2,
      async (saleId) => {
        const { approvalId } = await ask(wanted(saleId))
        await decide(approvalId, false)
        return approvalId
      },
      'refused',
    ],
    [
      'that is older than half an hour',
      3,
      async (saleId) => {
        const { approvalId } = await ask(wanted(saleId))
        await decide(approvalId)
        await clock.advance(HALF_HOUR_MS)
        return approvalId
      },
      'expired',
    ],
    [
      'for another content',
      4,
      async (saleId) => {
        const { approvalId } = await ask({ ...wanted(saleId), method: 'card' })
        await decide(approvalId)
        return approvalId
      },
      'other-content',
    ],
    [
      'that somebody else asked for',
      5,
      async (saleId) => {
        const { approvalId } = await ask(wanted(saleId), await rig.addClerk('另一人'))
        await decide(approvalId)
        return approvalId
      },
      'not-yours',
    ],
    ['that nobody gave', 6, async () => rig.deps.ids.uuid(), 'unknown'],
  ])('%s is not valid', async (_, index, approvalOf, why) => {
    const { saleId } = await soldByClerk(index)
    const approvalId = await approvalOf(saleId)
    const attempt = rig.reverse({ saleId }, { by: colleague, approvalId })
    expect(await refusalOf(attempt)).toEqual({ code: 'approval_not_valid', facts: { why } })
  })

  test('is given by somebody else, once, in time', async () => {
    const { saleId } = await soldByClerk(7)
    const { approvalId } = await ask(wanted(saleId))
    const own = decide(approvalId, true, colleague)
    expect(await refusalOf(own)).toMatchObject({ code: 'approval_by_another' })
    await decide(approvalId, false)
    expect(await refusalOf(decide(approvalId))).toMatchObject({ code: 'approval_not_open' })
    const late = await ask(wanted(saleId))
    await clock.advance(HALF_HOUR_MS)
    expect(await refusalOf(decide(late.approvalId))).toMatchObject({ code: 'approval_not_open' })
    const nobodys = decide(rig.deps.ids.uuid())
    expect(await refusalOf(nobodys)).toMatchObject({ code: 'not_found' })
  })

  test('is not asked for what would be refused anyway, or for half a sentence', async () => {
    const { saleId } = await soldByClerk(8)
    await rig.reverse({ saleId })
    expect(await refusalOf(ask(wanted(saleId)))).toMatchObject({ code: 'sale_already_reversed' })
    const half = ask({ operation: 'account.refund', amountFen: 5 })
    expect(await refusalOf(half)).toMatchObject({
      code: 'invalid_input',
      facts: { field: 'accountId' },
    })
  })
})

describe('a limit of one’s own', () => {
  const limited = async (limits: { saleFen: number | null; payoutFen: number | null }) => {
    const by = await rig.addClerk(`限额 ${rig.nextId()}`)
    await limit(by, limits)
    return by
  }

  test('stops a sale above it until somebody else agrees', async () => {
    const by = await limited({ saleFen: 5_000, payoutFen: null })
    const account = await rig.open(9)
    expect(await refusalOf(rig.sell(account, 5_000, { by }))).toBeNull()
    const above = { accountId: account, amountFen: 5_001, method: 'cash' } as const
    expect(await refusalOf(rig.sell(account, 5_001, { by }))).toEqual({
      code: 'approval_required',
      facts: { why: 'limit', amountFen: 5_001, limitFen: 5_000, operation: 'account.recharge' },
    })
    const tried = await rig.sell(account, 5_001, { by, dryRun: true })
    expect(tried.approval).toEqual({ why: 'limit', amountFen: 5_001, limitFen: 5_000 })
    const { approvalId } = await ask({ operation: 'account.recharge', ...above }, by)
    await decide(approvalId)
    const other = rig.sell(account, 5_002, { by, approvalId })
    expect(await refusalOf(other)).toMatchObject({ facts: { why: 'other-content' } })
    expect(await refusalOf(rig.sell(account, 5_001, { by, approvalId }))).toBeNull()
    const again = rig.sell(account, 5_001, { by, approvalId })
    expect(await refusalOf(again)).toMatchObject({ facts: { why: 'used' } })
  })

  test('stops an opening with more money than that', async () => {
    const by = await limited({ saleFen: 5_000, payoutFen: null })
    const open = (firstPurchaseFen: number) => refusalOf(rig.open(14, { firstPurchaseFen }, by))
    expect(await open(5_001)).toMatchObject({
      code: 'approval_required',
      facts: { limitFen: 5_000, operation: 'account.open' },
    })
    expect(await open(5_000)).toBeNull()
  })

  test('stops a reversal of one’s own sale above it', async () => {
    const by = await limited({ saleFen: null, payoutFen: 999 })
    const account = await rig.open(10)
    const { receipt } = await rig.sell(account, 1_000, { by })
    const attempt = rig.reverse({ saleId: receipt.saleId }, { by })
    expect(await refusalOf(attempt)).toMatchObject({
      code: 'approval_required',
      facts: { why: 'limit', limitFen: 999 },
    })
  })

  const held = async (index: number, amountFen: number): Promise<AccountId> => {
    const account = await rig.open(index, { firstPurchaseFen: amountFen })
    await rig.deliverAll(account)
    return account
  }
  const pay = (by: Scope, reductionId: string | null, approvalId?: string) =>
    payReduction(rig.deps, by, {
      reductionId: must(reductionId, 'a reduction'),
      method: 'cash',
      requestId: rig.nextId(),
      ...(approvalId && { approvalId }),
    })

  test('is lifted for what the meter gives up as well, up to what was agreed', async () => {
    const by = await limited({ saleFen: null, payoutFen: 100 })
    const account = await held(11, 3_000)
    const all = { all: true, method: 'cash', reasonCode: 'tenant-leaves' } as const
    expect(await refusalOf(rig.payBack(account, { by, ...all }))).toMatchObject({
      code: 'approval_required',
    })
    const { approvalId } = await ask(
      { operation: 'account.refund', accountId: account, ...all },
      by,
    )
    await decide(approvalId)
    const { reductionId } = await rig.payBack(account, { by, ...all, approvalId })
    await rig.giveUp(must(reductionId, 'a reduction'), 2_900)
    const { voucher } = await pay(by, reductionId)
    expect(voucher).toMatchObject({ paidFen: 2_900, approvedBy: '经理' })
    expect(await rig.books()).toEqual([])
  })

  test('holds for whoever pays at the till', async () => {
    const by = await limited({ saleFen: null, payoutFen: 100 })
    const account = await held(12, 3_000)
    const { reductionId } = await rig.payBack(account, { amountFen: 2_000 })
    await rig.giveUp(must(reductionId, 'a reduction'), 2_000)
    expect(await refusalOf(pay(by, reductionId))).toMatchObject({ code: 'approval_required' })
    const content = { reductionId: must(reductionId, 'a reduction'), method: 'cash' } as const
    const { approvalId } = await ask({ operation: 'reduction.pay', ...content }, by)
    await decide(approvalId)
    expect(await refusalOf(pay(by, reductionId, approvalId))).toBeNull()
    expect(await rig.books()).toEqual([])
  })

  test('“all that is left” was agreed to as a figure: more is not', async () => {
    const by = await limited({ saleFen: null, payoutFen: 100 })
    const account = await held(13, 3_000)
    const all = { all: true, method: 'cash', reasonCode: 'other', note: '改建' } as const
    const { approvalId } = await ask(
      { operation: 'account.refund', accountId: account, ...all },
      by,
    )
    await decide(approvalId)
    await rig.sell(account, 500)
    await clock.advance(1_000)
    await rig.deliverAll(account)
    const attempt = rig.payBack(account, { by, ...all, approvalId })
    expect(await refusalOf(attempt)).toEqual({
      code: 'approval_not_valid',
      facts: { why: 'more-than-agreed' },
    })
  })
})

describe('an asker who closed his dialog', () => {
  test('finds what he asked for again, in full; others see its figures', async () => {
    const { saleId } = await soldByClerk(15)
    const { approvalId } = await ask(wanted(saleId))
    const seenBy = (by: Scope) =>
      rig.deps.db.as(by, async (tx) => ({
        one: await approvalById(tx, rig.complexId, SEES_ALL, approvalId),
        mine: await listApprovals(tx, rig.complexId, SEES_ALL, {
          ...{ whose: 'mine', state: 'open', before: null, limit: 50 },
        }),
        toDecide: await listApprovals(tx, rig.complexId, SEES_ALL, {
          ...{ whose: 'toDecide', state: 'open', before: null, limit: 50 },
        }),
      }))
    const asker = await seenBy(colleague)
    expect(asker.one).toMatchObject({ own: true, request: wanted(saleId) })
    expect(asker.mine.map((one) => one.approvalId)).toContain(approvalId)
    expect(asker.toDecide.every((one) => one.approvalId !== approvalId)).toBe(true)
    const decider = await seenBy(manager)
    expect(decider.one).toMatchObject({ own: false, request: null })
    expect(decider.one?.summary).not.toHaveProperty('request')
    expect(decider.toDecide.map((one) => one.approvalId)).toContain(approvalId)
    expect(decider.mine).toEqual([])
  })
})
