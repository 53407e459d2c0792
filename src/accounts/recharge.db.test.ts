import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import type { RechargeRequest } from '../http/contract.ts'
import { auditBooks } from '../ledger/audit.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type AccountId, accountId, complexId } from '../shared/ids.ts'
import { Refusal, type RefusalCode } from '../shared/refusal.ts'
import { openAccount } from './open.ts'
import { recharge } from './recharge.ts'

let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
let request = 0

beforeAll(async () => {
  base = await freshDatabase()
  complex = await tinyComplex(base.db, { meters: 8 })
})
afterAll(() => base.drop())

const nextId = () => `request-${++request}`
const meterAt = (index: number) => must(complex.meters[index], 'a meter').meterId

const open = async (indexes: number[], firstPurchaseFen = 0): Promise<AccountId> => {
  const opened = await openAccount(complex.deps, complex.clerk, {
    requestId: nextId(),
    complexId: complex.complexId,
    tenant: { name: '蜀香餐饮', phone: '13800001234' },
    meters: indexes.map((index) => ({
      meterId: meterAt(index),
      planId: complex.planId,
      alarm1Fen: 5000,
      alarm2Fen: 2000,
      hoardingFen: 50_000,
      firstPurchaseFen,
    })),
  })
  return opened.accountId
}

const sellTo = (account: AccountId, cmd: Partial<RechargeRequest> & { requestId?: string }) =>
  recharge(complex.deps, complex.clerk, {
    requestId: nextId(),
    accountId: account,
    amountFen: 1000,
    method: 'cash',
    similarAccepted: true,
    ...cmd,
  })

const refusalOf = async (attempt: Promise<unknown>): Promise<RefusalCode | 'accepted'> => {
  try {
    await attempt
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

const count = (sql: string, params: unknown[] = []) =>
  base.db.as(systemScope('test'), async (tx) => {
    const rows = await tx.query<{ n: number }>(sql, params)
    return must(rows[0], 'one row').n
  })

describe('a recharge at the counter', () => {
  test('posts, numbers the receipt and queues the purchase in one transaction', async () => {
    const account = await open([0])
    const { receipt, purchaseId } = await sellTo(account, { amountFen: 10_000 })
    expect(receipt).toMatchObject({
      paidFen: 10_000,
      creditFen: 10_000,
      carryFen: 0,
      paidCapitals: '人民币壹佰元整',
      purchaseNo: 2,
      creditWh: 95_238,
    })
    expect(receipt.receiptNo).toMatch(/^\d{4}-\d{7}$/)
    const state = await base.db.as(complex.clerk, (tx) =>
      tx.query<{ state: string }>('select state from purchase where purchase_id = $1', [
        purchaseId,
      ]),
    )
    expect(state).toEqual([{ state: 'QUEUED' }])
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('with the same request id answers the first answer, whoever asks at once', async () => {
    const account = await open([1])
    const requestId = nextId()
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => sellTo(account, { requestId, amountFen: 700 })),
    )
    expect(new Set(answers.map((a) => a.receipt.receiptNo)).size).toBe(1)
    expect(await count('select count(*)::int as n from sale where paid_fen = 700')).toBe(1)
    const other = sellTo(account, { requestId, amountFen: 701 })
    expect(await refusalOf(other)).toBe('request_id_reused')
  })

  test('as a dry run shows the same figures and writes nothing', async () => {
    const account = await open([2])
    const before = await count('select count(*)::int as n from posting')
    const answer = await sellTo(account, { amountFen: 500, dryRun: true })
    expect(answer).toMatchObject({ dryRun: true, purchaseId: null, receipt: { paidFen: 500 } })
    expect(await count('select count(*)::int as n from posting')).toBe(before)
  })

  test('races of eight sellers leave consecutive purchases and sound books', async () => {
    const account = await open([3])
    await Promise.all(Array.from({ length: 8 }, () => sellTo(account, { amountFen: 100 })))
    const numbers = await base.db.as(complex.clerk, (tx) =>
      tx.query<{ no: number }>(
        'select purchase_no as no from purchase where meter_id = $1 order by purchase_no',
        [meterAt(3)],
      ),
    )
    expect(numbers.map((row) => row.no)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('sold twice within five minutes asks for consent', async () => {
    const account = await open([4])
    await sellTo(account, { amountFen: 321 })
    const again = { amountFen: 321, similarAccepted: false }
    expect(await refusalOf(sellTo(account, again))).toBe('similar_sale_recent')
    expect(await refusalOf(sellTo(account, { ...again, similarAccepted: true }))).toBe('accepted')
  })

  test('of an account with two meters needs the meter named', async () => {
    const account = await open([5, 6])
    expect(await refusalOf(sellTo(account, {}))).toBe('meter_required')
    expect(await refusalOf(sellTo(account, { meterId: meterAt(0) }))).toBe('meter_not_on_account')
    expect(await refusalOf(sellTo(account, { meterId: meterAt(6) }))).toBe('accepted')
  })

  test.each<[string, Partial<RechargeRequest>, RefusalCode]>([
    ['nothing', { amountFen: 0 }, 'amount_out_of_range'],
    ['less than nothing', { amountFen: -5 }, 'amount_out_of_range'],
    ['more than a sale may be', { amountFen: 10_000_001 }, 'amount_out_of_range'],
    ['more than the meter may hold', { amountFen: 60_000 }, 'hoarding_limit'],
    ['on an old count', { amountFen: 100, expectedPurchaseNo: 1 }, 'purchase_count_expected'],
  ])('of %s is refused before money is taken', async (_, cmd, code) => {
    const sales = await count('select count(*)::int as n from sale')
    const account = await accountOf(0)
    expect(await refusalOf(sellTo(account, cmd))).toBe(code)
    expect(await count('select count(*)::int as n from sale')).toBe(sales)
  })

  test('of a meter on hold is refused', async () => {
    const account = await open([7])
    await base.db.as(complex.clerk, (tx) =>
      tx.query(
        `insert into hold (complex_id, hold_id, meter_id, epoch, reason, evidence, raised_at)
         values ($1, gen_random_uuid(), $2, 1, 'test', '{}', now())`,
        [complex.complexId, meterAt(7)],
      ),
    )
    expect(await refusalOf(sellTo(account, {}))).toBe('meter_on_hold')
  })

  test('of another complex is not found', async () => {
    const account = await accountOf(0)
    const stranger = { ...complex.clerk, complexes: [complexId(complex.complexId + 1)] }
    const attempt = recharge(complex.deps, stranger, {
      requestId: nextId(),
      accountId: account,
      amountFen: 100,
      method: 'cash',
    })
    expect(await refusalOf(attempt)).toBe('not_found')
  })
})

const accountOf = async (index: number): Promise<AccountId> =>
  accountId(
    await count(
      `select s.account_id as n from supply s join installation i
         on i.complex_id = s.complex_id and i.point_id = s.point_id where i.meter_id = $1`,
      [meterAt(index)],
    ),
  )

describe('an opening', () => {
  test('of a point that is supplied already is refused', async () => {
    expect(await refusalOf(open([0]))).toBe('premises_occupied')
  })
})
