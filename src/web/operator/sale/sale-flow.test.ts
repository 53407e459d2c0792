import { describe, expect, test } from 'vitest'
import type { Account, Problem, Receipt } from '../../../http/contract.ts'
import { METHODS, type Method } from '../../ui/methods.ts'
import { isDeliberate, maySelect } from './enter-guard.ts'
import {
  afterSold,
  type Choice,
  newSale,
  nextMethod,
  requestOf,
  type Sale,
  type SaleEvent,
  saleAfter,
} from './sale-flow.ts'

const meter: Account['meters'][number] = {
  meterId: 7,
  meterNo: '202600000007',
  address: '202600000007',
  premises: '1-07',
  premisesName: '茶铺',
  premisesNameEn: 'Tea',
  building: 'A座',
  buildingEn: 'Tower A',
  floor: 1,
  pointKind: 'lighting',
  pointName: '',
  supplyId: 3,
  state: 'arrears',
  relay: 'tripped',
  balanceFen: -120,
  balanceAt: null,
  pendingFen: 0,
  purchaseCount: 4,
  nextPurchaseNo: 5,
  held: false,
  opened: true,
  priceE8: 85_000_000,
  alarm1Fen: 5000,
  alarm2Fen: 2000,
  hoardingFen: 1_000_000,
}
const choice: Choice = {
  meter,
  account: {
    accountId: 1,
    complexId: 1,
    accountNo: '000000000001',
    mode: 'meter',
    tenantId: 1,
    tenant: '茶铺',
    phoneMasked: null,
    openedAt: '2026-11-01T00:00:00+08:00',
    closedAt: null,
    carryOwedFen: 0,
    meters: [meter],
  },
}
const preview: Receipt = {
  saleId: '00000000-0000-0000-0000-000000000000',
  receiptNo: '-',
  complexId: 1,
  complex: '综合体',
  accountId: 1,
  accountNo: '000000000001',
  tenant: '茶铺',
  premises: '1-07',
  meterNo: meter.meterNo,
  meterId: 7,
  purchaseNo: 5,
  method: 'cash',
  paidFen: 10_000,
  paidCapitals: '人民币壹佰元整',
  carryFen: 0,
  creditFen: 10_000,
  priceE8: 85_000_000,
  creditWh: 117_647,
  balanceBeforeFen: -120,
  balanceBeforeAt: null,
  balanceAfterFen: 9880,
  operator: '收费员',
  at: '2026-11-22T10:00:00+08:00',
}
const problem = (code: string): Problem => ({
  type: 'about:blank',
  title: code,
  status: code === 'network' ? 0 : 409,
  code,
  facts: {},
})
const walk = (...events: SaleEvent[]): Sale => events.reduce(saleAfter, newSale('id-1', 'cash'))
const TO_AMOUNT: SaleEvent[] = [
  { kind: 'chosen', choice },
  { kind: 'typed', text: '100', amountFen: 10_000 },
]
const TO_CONFIRM: SaleEvent[] = [...TO_AMOUNT, { kind: 'check' }, { kind: 'checked', preview }]

describe('a sale is sent once', () => {
  test('a second Enter while the first is on its way changes nothing', () => {
    const selling = walk(...TO_CONFIRM, { kind: 'sell' })
    expect(saleAfter(selling, { kind: 'sell' })).toBe(selling)
    expect(saleAfter(selling, { kind: 'back' })).toBe(selling)
    expect(saleAfter(selling, { kind: 'reset', requestId: 'id-2' })).toBe(selling)
  })
  test('after a broken line the retry carries the same request id', () => {
    const sale = walk(
      ...TO_CONFIRM,
      { kind: 'sell' },
      { kind: 'refused', problem: problem('network') },
    )
    expect(sale).toMatchObject({ step: 'confirm', requestId: 'id-1' })
    expect(saleAfter(sale, { kind: 'sell' })).toMatchObject({ step: 'selling', requestId: 'id-1' })
  })
  test('while nobody knows whether it was sold, nothing but the retry is possible', () => {
    const sale = walk(
      ...TO_CONFIRM,
      { kind: 'sell' },
      { kind: 'refused', problem: problem('network') },
    )
    expect(sale.unknown).toBe(true)
    expect(saleAfter(sale, { kind: 'reset', requestId: 'id-2' })).toBe(sale)
    expect(saleAfter(sale, { kind: 'back' })).toBe(sale)
  })
  test('a refusal is an answer: going back and a new sale are possible again', () => {
    const sale = walk(
      ...TO_CONFIRM,
      { kind: 'sell' },
      { kind: 'refused', problem: problem('network') },
      { kind: 'sell' },
      { kind: 'refused', problem: problem('hoarding_limit') },
    )
    expect(saleAfter(sale, { kind: 'back' }).step).toBe('amount')
  })
  test('going back keeps the request id, so an unknown outcome cannot become a second sale', () =>
    expect(walk(...TO_CONFIRM, { kind: 'back' }, { kind: 'back' }).requestId).toBe('id-1'))
  test('a sale that was answered leaves an empty form with a new request id', () => {
    const next = afterSold(walk(...TO_CONFIRM, { kind: 'sell' }), 'id-2')
    expect(next).toMatchObject({ step: 'find', requestId: 'id-2', choice: null, amountFen: null })
    expect(saleAfter(next, { kind: 'sell' })).toBe(next)
    expect(saleAfter(next, { kind: 'check' })).toBe(next)
  })
})

describe('a similar sale must be accepted', () => {
  const asked = walk(
    ...TO_CONFIRM,
    { kind: 'sell' },
    { kind: 'refused', problem: problem('similar_sale_recent') },
  )
  test('it asks, and Enter alone does not go on', () => {
    expect(asked).toMatchObject({ step: 'confirm', similar: 'asked' })
    expect(saleAfter(asked, { kind: 'sell' })).toBe(asked)
  })
  test('accepted, the request says so', () => {
    const accepted = saleAfter(asked, { kind: 'accept', accepted: true })
    const selling = saleAfter(accepted, { kind: 'sell' })
    expect(selling.step).toBe('selling')
    expect(requestOf(selling, false)).toMatchObject({ similarAccepted: true })
  })
})

describe('what is sent is what was seen', () => {
  test('the dry run writes nothing', () =>
    expect(requestOf(walk(...TO_AMOUNT), true)).toEqual({
      meterId: 7,
      amountFen: 10_000,
      method: 'cash',
      dryRun: true,
    }))
  test('the sale names the purchase number that was shown', () =>
    expect(requestOf(walk(...TO_CONFIRM), false)).toEqual({
      meterId: 7,
      amountFen: 10_000,
      method: 'cash',
      expectedPurchaseNo: 5,
    }))
  test('nothing is sent without an amount', () => {
    const empty = walk({ kind: 'chosen', choice })
    expect(saleAfter(empty, { kind: 'check' })).toBe(empty)
    expect(requestOf(empty, true)).toBeNull()
  })
  test('a zero is no amount', () => {
    const zero = walk({ kind: 'chosen', choice }, { kind: 'typed', text: '0', amountFen: 0 })
    expect(saleAfter(zero, { kind: 'check' })).toBe(zero)
  })
})

test('F4 walks through every pay method and comes round', () => {
  const seen = new Set<Method>()
  let method: Method = 'cash'
  for (const _ of METHODS) {
    seen.add(method)
    method = nextMethod(method)
  }
  expect(seen.size).toBe(METHODS.length)
  expect(method).toBe('cash')
})

describe('only a deliberate Enter moves on', () => {
  const key = { repeat: false, composing: false, sinceKeyMs: 400, sinceEnterMs: 900 }
  test.each([
    ['a hand', {}, true],
    ['a held key', { repeat: true }, false],
    ['an input method', { composing: true }, false],
    ["a scanner's Enter", { sinceKeyMs: 8 }, false],
    ['a press that bounced', { sinceEnterMs: 120 }, false],
  ])('%s', (_, over, deliberate) => expect(isDeliberate({ ...key, ...over })).toBe(deliberate))
  test('in the find box the speed of a scanner does not matter', () =>
    expect(maySelect({ repeat: false, composing: false })).toBe(true))
})
