import { afterAll, beforeAll, expect, test } from 'vitest'
import { askFor } from '../../test/ask-approval.ts'
import { type MoneyBack, refusalOf, startMoneyBack } from '../../test/money-back.ts'
import { decideApproval } from '../approvals/ask.ts'
import { trialBalance } from '../ledger/read-store.ts'
import { must } from '../shared/assert.ts'

const SELLERS = 8
const SALES_EACH = 5

let rig: MoneyBack
beforeAll(async () => {
  rig = await startMoneyBack({ meters: 4, poolMax: 10 })
})
afterAll(() => rig.stop())

const count = (sql: string, params: unknown[] = []) =>
  rig.one<{ n: number }>(sql, params).then((row) => row.n)

test('of two reversals of one sale one pays, however they are asked for', async () => {
  const account = await rig.open(0)
  const { receipt, purchaseId } = await rig.sell(account, 4_000)
  const named = [
    { saleId: receipt.saleId },
    { purchaseId: must(purchaseId, 'a purchase') },
    { saleId: receipt.saleId },
    { saleId: receipt.saleId },
  ]
  const outcomes = await Promise.all(named.map((sale) => refusalOf(rig.reverse(sale))))
  const codes = outcomes.map((refused) => refused?.code ?? 'paid').sort()
  const lost = 'sale_already_reversed'
  expect(codes).toEqual(['paid', lost, lost, lost])
  expect(await count('select count(*)::int as n from payout')).toBe(1)
  expect(await rig.books()).toEqual([])
})

test('of two uses of one agreement one pays', async () => {
  const account = await rig.open(1)
  const by = await rig.addClerk('夜班')
  const manager = await rig.addClerk('值班经理')
  const { receipt } = await rig.sell(account, 900)
  const wanted = { saleId: receipt.saleId, reasonCode: 'wrong-meter' } as const
  const { approvalId } = await askFor(rig.deps, by, {
    ...{ operation: 'sale.reverse', ...wanted, requestId: rig.nextId() },
  })
  const decision = { approvalId, agreed: true, note: '', requestId: rig.nextId() }
  const rival = { ...decision, agreed: false, requestId: rig.nextId() }
  await Promise.all([
    decideApproval(rig.deps, manager, decision),
    decideApproval(rig.deps, manager, decision),
  ])
  expect(await refusalOf(decideApproval(rig.deps, manager, rival))).toMatchObject({
    code: 'approval_not_open',
  })
  const use = () => refusalOf(rig.reverse(wanted, { by, approvalId, reasonCode: 'wrong-meter' }))
  const codes = (await Promise.all([use(), use()])).map((refused) => refused?.code ?? 'paid')
  expect(codes.sort()).toEqual(['paid', 'sale_already_reversed'])
})

test('eight sellers sell and reverse at once: the books stay at zero at every moment', async () => {
  const accounts = [await rig.open(2), await rig.open(3)]
  const sellers = await Promise.all(
    Array.from({ length: SELLERS }, (_, n) => rig.addClerk(`收款员 ${n}`)),
  )
  let selling = true
  const watched: number[] = []
  const watch = async () => {
    while (selling) {
      const rows = await rig.base.db.as(rig.clerk, (tx) => trialBalance(tx, rig.complexId))
      watched.push(rows.reduce((sum, row) => sum + row.balanceFen, 0))
    }
  }
  const paid = { taken: 0, back: 0 }
  const sellAndReverse = async (n: number) => {
    const by = must(sellers[n], 'a seller')
    for (let i = 1; i <= SALES_EACH; i++) {
      const account = must(accounts[(n + i) % 2], 'an account')
      const { receipt } = await rig.sell(account, 100 * i + n, { by })
      paid.taken += receipt.paidFen
      if (i % 2 === 0) continue
      const twice = [0, 1].map(() => refusalOf(rig.reverse({ saleId: receipt.saleId }, { by })))
      const won = (await Promise.all(twice)).filter((refused) => refused === null).length
      expect(won).toBe(1)
      paid.back += receipt.paidFen
    }
  }
  const watching = watch()
  await Promise.all(sellers.map((_, n) => sellAndReverse(n)))
  selling = false
  await watching
  expect(watched.length).toBeGreaterThan(3)
  expect(new Set(watched)).toEqual(new Set([0]))
  const back = `select coalesce(sum(paid_fen), 0)::bigint as n from payout
    where operator_id = any ($1)`
  expect(await count(back, [sellers.map((by) => by.operator)])).toBe(paid.back)
  const tills = `select sum(e.fen)::bigint as n from entry e
    join ledger_account a using (complex_id, ledger_account_id)
    join shift s on a.path = 'cash/' || s.shift_id where s.operator_id = any ($1)`
  expect(await count(tills, [sellers.map((by) => by.operator)])).toBe(paid.taken - paid.back)
  expect(await rig.books()).toEqual([])
})
