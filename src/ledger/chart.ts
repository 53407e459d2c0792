// Chart of ledger accounts 科目表. Signed fen: debit positive, credit negative. A running balance is
// kept only where a rule reads it; tills and channels are summed, so that they are never a hot row.

import type { AccountId, SupplyId, Uuid } from '../shared/ids.ts'

export type PayMethod = 'cash' | 'card' | 'transfer' | 'alipay' | 'wechat' | 'unionpay'

export const chart = {
  /** What a clerk's drawer holds during a shift. Dr */
  cash: (shift: Uuid) => `cash/${shift}`,
  /** Money a payment channel owes us. Dr */
  channel: (name: Exclude<PayMethod, 'cash'>) => `channel/${name}`,
  /** Sold and not yet known to be in the meter. Cr */
  transit: (supply: SupplyId) => `supply/${supply}/transit`,
  /** In the meter, as the books know it. Cr */
  credit: (supply: SupplyId) => `supply/${supply}/credit`,
  /** Balance of an account in centre mode. Cr */
  balance: (account: AccountId) => `account/${account}/balance`,
  /** Adjustments, fees and sharing that the next sale settles first. Dr = owed by the tenant. */
  carry: (account: AccountId) => `account/${account}/carry`,
  /** What meter and books disagree about. */
  variance: (supply: SupplyId) => `variance/${supply}`,
  /** Money found in a meter when it was taken over. */
  commissioning: () => 'commissioning',
  /** What a tenant has left with us as security. Cr */
  deposit: (account: AccountId) => `deposit/${account}`,
  /** Taken back out of a meter and not yet paid out. Cr */
  payable: (account: AccountId) => `account/${account}/payable`,
  incomeEnergy: () => 'income/energy',
  incomeServiceFee: () => 'income/service-fee',
  incomeSharing: () => 'income/sharing',
  /** What was forgiven. Dr */
  waiver: () => 'waiver',
  /** Cash found missing (Dr) or over (Cr) when a shift was counted. */
  cashDifference: () => 'cash-difference',
  /** Cash handed in by closed shifts. Dr */
  safe: () => 'safe',
} as const

const RUNNING =
  /^(supply\/\d+\/(transit|credit)|account\/\d+\/(balance|carry|payable)|deposit\/\d+)$/

/** True where a rule reads the balance under lock. */
export const keepsBalance = (path: string): boolean => RUNNING.test(path)

/** Where money taken by a method goes: the clerk's till, or the channel that will pay it out. */
export const takenInto = (method: PayMethod, shift: Uuid): string =>
  method === 'cash' ? chart.cash(shift) : chart.channel(method)
