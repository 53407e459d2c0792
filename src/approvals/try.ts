// What is asked for, tried 试算: each act as a dry run, so that nobody agrees to what would be
// refused, and whoever decides sees its figures and names.

import type { Static, TSchema } from 'typebox'
import type { ApprovalRequest, ApprovedOperation } from '../http/contract/approvals.ts'
import { parser } from '../http/input.ts'
import type { OperatorCaller } from '../http/route.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { dryRun } from '../work/request.ts'
import type { Agreement, Wanted } from './require.ts'

export type Ask = ApprovalRequest & { requestId: string }

/** What the act would be, tried without writing anything. */
export type Tried = Omit<Wanted, 'operation' | 'need'> & {
  complexId: ComplexId
  amountFen: number | null
}

/** Refuses what the act itself would refuse, but for the agreement that it needs. */
export type Try = (caller: OperatorCaller, ask: Ask) => Promise<Tried>
export type Tries = Readonly<Record<ApprovedOperation, Try>>

/** Refuses: invalid_input where the field is left out. */
export const wantedField = <T>(value: T | undefined, field: keyof ApprovalRequest): T => {
  if (value === undefined) throw new Refusal('invalid_input', { where: 'body', field })
  return value
}

/** The body of the act, as its own route would take it. Refuses: invalid_input. */
export const bodyOf = <S extends TSchema>(schema: S): ((ask: Ask) => Static<S>) => {
  const parse = parser(schema, 'body')
  return (ask) => parse(wantedField(ask.body, 'body'))
}

/** Runs the act as far as what a second person would be asked. Refuses: approval_not_needed. */
export const triedBy = async (
  db: Db,
  scope: Scope,
  run: (tx: Tx, agreement: Agreement) => Promise<unknown>,
): Promise<Tried> => {
  const told: Tried[] = []
  const tell: Agreement['tell'] = (complexId, { operation: _, need: __, ...wanted }) =>
    told.push({ ...wanted, complexId, amountFen: null })
  await dryRun(db, scope, async (tx) => {
    await run(tx, { dryRun: true, tell })
    return told
  })
  const [first] = told
  if (!first) throw new Refusal('approval_not_needed')
  return first
}
