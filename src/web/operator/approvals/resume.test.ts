import { describe, expect, test } from 'vitest'
import type { ApprovalRequest } from '../../../http/contract/approvals.ts'
import { resumedOf } from './resume.ts'

const why = { method: 'cash', reasonCode: 'other', note: '改建' } as const

describe('what was agreed to goes on as it was asked', () => {
  test.each<[ApprovalRequest, string, Record<string, unknown>]>([
    [
      { operation: 'account.recharge', accountId: 3, meterId: 7, amountFen: 900, method: 'card' },
      '/accounts/3/recharge',
      { meterId: 7, amountFen: 900, method: 'card' },
    ],
    [
      { operation: 'account.refund', accountId: 3, meterId: 7, all: true, ...why },
      '/accounts/3/refund',
      { meterId: 7, all: true, ...why },
    ],
    [
      { operation: 'sale.reverse', saleId: 's', reasonCode: 'wrong-amount' },
      '/sales/s/reverse',
      { reasonCode: 'wrong-amount' },
    ],
    [
      { operation: 'sale.reverse', purchaseId: 'p', reasonCode: 'wrong-amount' },
      '/purchases/p/reverse',
      { reasonCode: 'wrong-amount' },
    ],
    [
      { operation: 'reduction.pay', reductionId: 'r', method: 'cash' },
      '/reductions/r/pay',
      { method: 'cash' },
    ],
    [
      { operation: 'account.close', accountId: 3, amountFen: 800, method: 'cash' },
      '/accounts/3/closing/pay',
      { method: 'cash', expectedNetFen: 800 },
    ],
    [
      { operation: 'account.payable', accountId: 3, amountFen: 800, ...why },
      '/accounts/3/payable',
      { use: 'payOut', amountFen: 800, ...why },
    ],
    [
      {
        ...{ operation: 'account.waive', accountId: 3, amountFen: 800 },
        ...{ reasonCode: 'goodwill', note: '店庆' },
      },
      '/accounts/3/waive',
      { amountFen: 800, reasonCode: 'goodwill', note: '店庆' },
    ],
  ])('$operation', (asked, path, body) => {
    const resumed = resumedOf(asked, 'a1')
    expect(resumed.path).toBe(path)
    expect(JSON.parse(JSON.stringify(resumed.body))).toEqual({ ...body, approvalId: 'a1' })
  })

  test('meter.swap: the claim with its photo, and how the new meter hangs', () => {
    const resumed = resumedOf(
      {
        ...{ operation: 'meter.swap', pointId: 5, newMeterId: 9, finalWh: 1_000, amountFen: 700 },
        ...{ note: '照片 12', newInitialWh: 40 },
      },
      'a1',
    )
    expect(resumed).toMatchObject({
      path: '/points/5/swap',
      body: {
        ...{ newMeterId: 9, newInitialWh: 40, note: '照片 12' },
        oldMeter: {
          ...{ state: 'dead', finalWh: 1_000, remainingFen: 700, photoNote: '照片 12' },
          approvalId: 'a1',
        },
      },
    })
  })
})
