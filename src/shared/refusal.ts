// Refusals 拒绝: the business says no. Every code is a row here with its HTTP status and its words
// in both languages; throwing one inside a transaction is what rolls it back.

import { ACCESS_REFUSALS } from './refusals/access.ts'
import { ACCOUNTS_REFUSALS } from './refusals/accounts.ts'
import { BOOKS_REFUSALS } from './refusals/books.ts'
import { METERS_REFUSALS } from './refusals/meters.ts'
import { PLANS_REFUSALS } from './refusals/plans.ts'
import { REGISTERS_REFUSALS } from './refusals/registers.ts'

export const REFUSALS = {
  ...ACCESS_REFUSALS,
  ...BOOKS_REFUSALS,
  ...ACCOUNTS_REFUSALS,
  ...METERS_REFUSALS,
  ...PLANS_REFUSALS,
  ...REGISTERS_REFUSALS,
} as const

export type RefusalCode = keyof typeof REFUSALS
export type Facts = Readonly<Record<string, string | number | boolean | null>>

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly facts: Facts
  constructor(code: RefusalCode, facts: Facts = {}) {
    super(code)
    this.code = code
    this.facts = facts
  }
}

export function refuseIf(condition: boolean, code: RefusalCode, facts: Facts = {}): void {
  if (condition) throw new Refusal(code, facts)
}
