// Limits of operators 操作员限额: what one person may sell or pay out by himself, fen per sale and per
// payout. No row, or null: no limit of his own.

import type { ApprovalNeed } from '../http/contract/approval-need.ts'
import type { OperatorLimit } from '../http/contract/approvals.ts'
import type { Tx } from '../ports/database.ts'
import type { ComplexId, OperatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'

export type Limits = { saleFen: number | null; payoutFen: number | null }

/** Of the caller; null: no limit of his own. */
export const limitsOf = async (tx: Tx, complex: ComplexId): Promise<Limits> => {
  const rows = await tx.query<Limits>(
    `select sale_fen as "saleFen", payout_fen as "payoutFen" from operator_limit
     where complex_id = $1 and operator_id = $2`,
    [complex, tx.scope.operator],
  )
  return rows[0] ?? { saleFen: null, payoutFen: null }
}

export type LimitNeed = ApprovalNeed & { amountFen: number; limitFen: number }

/** Null where an amount is within a limit, or there is none. */
export const needAbove = (limitFen: number | null, amountFen: number): LimitNeed | null =>
  limitFen === null || amountFen <= limitFen ? null : { why: 'limit', amountFen, limitFen }

/** The same of the caller, where no account is locked. */
export const limitNeed = async (
  tx: Tx,
  complex: ComplexId,
  kind: keyof Limits,
  amountFen: number,
): Promise<LimitNeed | null> => needAbove((await limitsOf(tx, complex))[kind], amountFen)

/** An opening cannot wait for a second person: it is done with less, or by somebody else. */
export const refuseAboveSaleLimit = (limits: Limits, amountFen: number): void => {
  const need = needAbove(limits.saleFen, amountFen)
  if (need !== null) throw new Refusal('approval_required', { ...need, operation: 'account.open' })
}

const LIMITS = `
  select o.operator_id as "operatorId", o.username, o.name, l.sale_fen as "saleFen",
    l.payout_fen as "payoutFen"
  from operator o
  left join operator_limit l on l.complex_id = $1 and l.operator_id = o.operator_id
  where o.disabled_at is null and (o.complexes is null or $1 = any (o.complexes))`

/** Everybody who may act in the complex, limited or not. */
export const operatorLimits = (
  tx: Tx,
  complex: ComplexId,
  page: { after: number; limit: number },
): Promise<OperatorLimit[]> =>
  tx.query<OperatorLimit>(`${LIMITS} and o.operator_id > $2 order by o.operator_id limit $3`, [
    complex,
    page.after,
    page.limit,
  ])

export const operatorLimit = async (
  tx: Tx,
  complex: ComplexId,
  operator: OperatorId,
): Promise<OperatorLimit | null> => {
  const rows = await tx.query<OperatorLimit>(`${LIMITS} and o.operator_id = $2`, [
    complex,
    operator,
  ])
  return rows[0] ?? null
}

export const writeOperatorLimit = async (
  tx: Tx,
  complex: ComplexId,
  operator: OperatorId,
  limits: Limits,
): Promise<void> => {
  await tx.query(
    `insert into operator_limit (complex_id, operator_id, sale_fen, payout_fen)
     values ($1, $2, $3, $4)
     on conflict (complex_id, operator_id) do update set sale_fen = $3, payout_fen = $4`,
    [complex, operator, limits.saleFen, limits.payoutFen],
  )
}
