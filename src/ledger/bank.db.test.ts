import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { openAccount } from '../accounts/open.ts'
import { recharge } from '../accounts/recharge.ts'
import { reverseSale } from '../accounts/reverse.ts'
import { systemIds } from '../adapters/system.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { AccountId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { auditBooks } from './audit.ts'

const SELLERS = 8
const SALES_EACH = 8
const ACCOUNTS = 3

let base: TestDatabase
let complex: TinyComplex
const accounts: AccountId[] = []

beforeAll(async () => {
  base = await freshDatabase({ poolMax: SELLERS + 3 })
  complex = await tinyComplex(base.db, { meters: ACCOUNTS })
  for (const [index, meter] of complex.meters.entries()) {
    const opened = await openAccount(complex.deps, complex.clerk, {
      requestId: `open-${index}`,
      complexId: complex.complexId,
      tenant: { name: `商户${index}` },
      meters: [{ meterId: meter.meterId, planId: complex.planId, alarm1Fen: 2, alarm2Fen: 1 }],
    })
    accounts.push(opened.accountId)
  }
})
afterAll(() => base.drop())

const sellTo = (n: number) =>
  recharge(complex.deps, complex.clerk, {
    requestId: systemIds.uuid(),
    accountId: must(accounts[n % accounts.length], 'an account'),
    amountFen: 100 + n,
    method: 'cash',
    similarAccepted: true,
  })

type Told = { sold: number; reversed: Map<string, number>; refused: Set<string> }

const reverseOnce = async (saleId: string, told: Told): Promise<void> => {
  try {
    await reverseSale(complex.deps, complex.clerk, {
      requestId: systemIds.uuid(),
      named: { saleId },
      reasonCode: 'wrong-amount',
    })
    told.reversed.set(saleId, (told.reversed.get(saleId) ?? 0) + 1)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    told.refused.add(error.code)
  }
}

/** Sells, and strikes each second sale out twice at once: one of the two may win, never both. */
const seller = async (seat: number, told: Told): Promise<void> => {
  for (let n = 0; n < SALES_EACH; n++) {
    const { receipt } = await sellTo(seat * SALES_EACH + n)
    told.sold++
    if (n % 2 === 0)
      await Promise.all([reverseOnce(receipt.saleId, told), reverseOnce(receipt.saleId, told)])
  }
}

/** What a reader sees of all accounts at one moment, again and again. */
const bankReader = async (over: () => boolean, sums: number[]): Promise<void> => {
  while (!over()) {
    const rows = await base.db.as(systemScope('bank'), (tx) =>
      tx.query<{ total: number }>(
        `select (select coalesce(sum(fen), 0) from entry)::bigint
           + (select abs(coalesce(sum(a.balance_fen), 0) - coalesce((select sum(e.fen) from entry e
               join ledger_account b using (complex_id, ledger_account_id)
               where b.balance_fen is not null), 0)) from ledger_account a)::bigint as total`,
      ),
    )
    sums.push(rows[0]?.total ?? 0)
  }
}

test('eight sellers and their reversals race, and each read of the bank sums to zero', async () => {
  const told: Told = { sold: 0, reversed: new Map(), refused: new Set() }
  const sums: number[] = []
  let over = false
  const reading = bankReader(() => over, sums)
  await Promise.all(Array.from({ length: SELLERS }, (_, seat) => seller(seat, told)))
  over = true
  await reading
  expect(told.sold).toBe(SELLERS * SALES_EACH)
  expect([...told.reversed.values()].every((times) => times === 1)).toBe(true)
  expect({ reversed: told.reversed.size, refused: [...told.refused] }).toEqual({
    reversed: (SELLERS * SALES_EACH) / 2,
    refused: ['sale_already_reversed'],
  })
  expect(sums.length).toBeGreaterThan(10)
  expect(new Set(sums)).toEqual(new Set([0]))
  expect(await auditBooks(base.db)).toEqual([])
})
