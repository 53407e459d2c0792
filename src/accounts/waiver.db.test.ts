import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askFor } from '../../test/ask-approval.ts'
import { type MoneyBack, refusalOf, startMoneyBack } from '../../test/money-back.ts'
import { decideApproval } from '../approvals/ask.ts'
import { writeOperatorLimit } from '../approvals/limits-store.ts'
import { contentHash } from '../ledger/chain.ts'
import { chart } from '../ledger/chart.ts'
import { adjustmentLines } from '../ledger/entries/adjustment.ts'
import { consumptionLines } from '../ledger/entries/consumption.ts'
import { fen, ZERO_FEN } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import type { Scope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { businessDay } from '../shared/clock.ts'
import type { AccountId } from '../shared/ids.ts'
import { accountHistory } from './history-store.ts'
import { statementFile } from './statement.ts'
import { type Waiver, waive } from './waiver.ts'

const ZONE = 'Asia/Shanghai'
const LIMIT_FEN = 1_000

let rig: MoneyBack
let clerk: Scope
let manager: Scope
beforeAll(async () => {
  rig = await startMoneyBack({ meters: 4, centre: true })
  clerk = await rig.addClerk('收费员')
  manager = await rig.addClerk('经理')
  const limits = { saleFen: null, payoutFen: LIMIT_FEN }
  await rig.asSystem((tx) =>
    writeOperatorLimit(tx, rig.complexId, must(clerk.operator, 'a person'), limits),
  )
})
afterAll(() => rig.stop())

/** An account that owes so much of its months, and so much more than its balance. */
const owing = async (index: number, carryFen: number, balanceFen: number): Promise<AccountId> => {
  const account = await rig.open(index)
  const used = consumptionLines(account, fen(balanceFen), ZERO_FEN)
  await rig.asSystem(async (tx) => {
    for (const lines of [adjustmentLines(account, fen(carryFen)), used])
      if (lines.some((line) => line.fen !== 0))
        await post(tx, {
          ...{ complexId: rig.complexId, postingId: rig.deps.ids.uuid(), requestId: rig.nextId() },
          ...{ kind: 'adjustment', businessDate: businessDay(tx.now, ZONE, 0), lines },
          contentHash: contentHash({ lines }),
        })
  })
  return account
}

const forgive = (accountId: AccountId, amountFen: number, more: Partial<Waiver> = {}, by = clerk) =>
  waive(rig.deps, by, {
    ...{ accountId, amountFen, reasonCode: 'goodwill', requestId: rig.nextId(), ...more },
  })

const heldBy = async (account: AccountId): Promise<Record<string, number>> => {
  const all = await rig.balances()
  const own = [chart.carry(account), chart.balance(account)]
  return Object.fromEntries(Object.entries(all).filter(([path]) => own.includes(path)))
}

describe('what an account owes', () => {
  test('is forgiven in part and then in whole, what is carried first, and each once', async () => {
    const account = await owing(0, 500, 300)
    const requestId = rig.nextId()
    const part = { dryRun: false, amountFen: 600, owedFen: 800, leftFen: 200, approval: null }
    expect(await forgive(account, 600, { requestId })).toEqual(part)
    expect(await forgive(account, 600, { requestId })).toEqual(part)
    expect(await heldBy(account)).toEqual({ [chart.balance(account)]: 200 })
    expect(await forgive(account, 200)).toMatchObject({ owedFen: 200, leftFen: 0 })
    expect(await heldBy(account)).toEqual({})
    expect(await rig.balances()).toMatchObject({ waiver: 800 })
    const refused = await refusalOf(forgive(account, 1))
    expect(refused).toEqual({ code: 'more_than_is_owed', facts: { owedFen: 0, amountFen: 1 } })
    expect(await rig.books()).toEqual([])
  })

  test('above the limit takes a second person, who agrees to exactly this', async () => {
    const account = await owing(1, 5_000, 0)
    const need = { why: 'limit', amountFen: 3_000, limitFen: LIMIT_FEN }
    expect(await forgive(account, 3_000, { dryRun: true })).toMatchObject({ approval: need })
    expect(await heldBy(account)).toEqual({ [chart.carry(account)]: 5_000 })
    const facts = { ...need, operation: 'account.waive' }
    expect(await refusalOf(forgive(account, 3_000))).toEqual({ code: 'approval_required', facts })
    const { approvalId } = await askFor(rig.deps, clerk, {
      ...{ operation: 'account.waive', accountId: account, amountFen: 3_000 },
      ...{ reasonCode: 'goodwill', requestId: rig.nextId() },
    })
    const agreed = { approvalId, agreed: true, note: '', requestId: rig.nextId() }
    await decideApproval(rig.deps, manager, agreed)
    const other = await refusalOf(forgive(account, 2_999, { approvalId }))
    expect(other).toEqual({ code: 'approval_not_valid', facts: { why: 'other-content' } })
    expect(await forgive(account, 3_000, { approvalId })).toMatchObject({ leftFen: 2_000 })
    expect(await rig.books()).toEqual([])
  })

  test('is forgiven for a reason from the list; another one is written down', async () => {
    const account = await owing(2, 100, 0)
    const other = await refusalOf(forgive(account, 100, { reasonCode: 'other', note: ' ' }))
    expect(other).toMatchObject({ code: 'reason_needs_note' })
    const paidBack = await refusalOf(forgive(account, 100, { reasonCode: 'double-payment' }))
    expect(paidBack).toMatchObject({ code: 'invalid_input' })
    const nothing = await refusalOf(forgive(account, 0))
    expect(nothing).toMatchObject({ code: 'amount_out_of_range' })
    await forgive(account, 100, { reasonCode: 'other', note: '店庆' })
    const grouped = await rig.one(
      `select split_part(reason, ':', 1) as code, count(*)::int as n from posting
       where kind = 'waiver' and reason like 'other%' group by 1`,
      [],
    )
    expect(grouped).toEqual({ code: 'other', n: 1 })
  })

  test('is told on the statement and in the history', async () => {
    const account = await owing(3, 700, 0)
    await forgive(account, 700, { reasonCode: 'bad-debt' })
    const place = { complexId: rig.complexId, zone: ZONE, mode: 'centre' } as const
    const { file, history } = await rig.asSystem(async (tx) => ({
      file: await statementFile(tx, place, { account, tenantId: null, language: 'zh' }),
      history: await accountHistory(tx, place, account),
    }))
    const { rows } = must(file, 'he has an account')
    expect(rows.filter((row) => row.includes('减免')).map((row) => row.slice(7))).toEqual([
      ['', '7.00', '', null, ''],
    ])
    expect(history[0]).toMatchObject({ action: 'account.waive', operator: '收费员' })
  })
})
