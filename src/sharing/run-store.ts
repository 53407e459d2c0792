// The rows of shared months 公摊记录: what was reckoned, and every share as it was billed.

import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, PremisesId, Uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { SharedBy, VacantBorneBy } from './bearers.ts'

/** What a month was reckoned from; kept as it was, whatever becomes of the rule. */
export type Basis = {
  rule: string
  sharedBy: SharedBy
  vacant: VacantBorneBy
  priceE8: number
  mainWh: number
  shopsWh: number
  exact: boolean
}

export type ShareRow = {
  premisesId: PremisesId
  accountId: AccountId | null
  billed: boolean
  days: number
  usedWh: number
  weight: number
  fen: number
}

export type NewRun = {
  complexId: ComplexId
  runId: Uuid
  ruleId: number
  month: string
  basis: Basis
  poolWh: number
  poolFen: number
  postingId: Uuid | null
  shares: readonly ShareRow[]
}

/** False where the month stands shared already. */
export const insertRun = async (tx: Tx, run: NewRun): Promise<boolean> => {
  const { shares } = run
  const rows = await tx.query(
    `with r as (
       insert into sharing_run (complex_id, run_id, rule_id, month, at, operator_id, basis, pool_wh,
         pool_fen, posting_id)
       values ($1, $2, $3, ($4 || '-01')::date, $5, $6, $7, $8, $9, $10)
       on conflict (complex_id, rule_id, month) where reversed_at is null do nothing returning 1
     ), s as (
       insert into sharing_share (complex_id, run_id, line, premises_id, account_id, billed, days,
         used_wh, weight, fen)
       select $1, $2, l.* from unnest($11::integer[], $12::integer[], $13::integer[],
         $14::boolean[], $15::integer[], $16::bigint[], $17::bigint[], $18::bigint[]) as l
       where exists (select from r)
     )
     select 1 from r`,
    [
      run.complexId,
      run.runId,
      run.ruleId,
      run.month,
      sqlTime(tx.now),
      tx.scope.operator,
      JSON.stringify(run.basis),
      run.poolWh,
      run.poolFen,
      run.postingId,
      shares.map((_, index) => index + 1),
      shares.map((share) => share.premisesId),
      shares.map((share) => share.accountId),
      shares.map((share) => share.billed),
      shares.map((share) => share.days),
      shares.map((share) => share.usedWh),
      shares.map((share) => share.weight),
      shares.map((share) => share.fen),
    ],
  )
  return rows.length === 1
}

export type Run = {
  complexId: ComplexId
  runId: Uuid
  ruleId: number
  month: string
  at: Instant
  operator: string | null
  basis: Basis
  poolWh: number
  poolFen: number
  billedFen: number
  postingId: Uuid | null
  reversedAt: Instant | null
  reason: string
}

const RUNS = `
  select r.complex_id as "complexId", r.run_id as "runId", r.rule_id as "ruleId",
    to_char(r.month, 'YYYY-MM') as month, r.at, o.name as operator, r.basis,
    r.pool_wh as "poolWh", r.pool_fen as "poolFen", r.posting_id as "postingId",
    coalesce((select sum(s.fen) from sharing_share s where s.complex_id = r.complex_id
      and s.run_id = r.run_id and s.billed), 0)::bigint as "billedFen",
    r.reversed_at as "reversedAt", r.reason
  from sharing_run r left join operator o on o.operator_id = r.operator_id`

export const listRuns = (
  tx: Tx,
  complex: ComplexId,
  rule: number,
  page: { before: string | null; limit: number },
): Promise<Run[]> =>
  tx.query<Run>(
    `${RUNS} where r.complex_id = $1 and r.rule_id = $2 and ($3::uuid is null or r.run_id < $3)
     order by r.run_id desc limit $4`,
    [complex, rule, page.before, page.limit],
  )

/** Refuses: not_found. */
export const foundRun = async (tx: Tx, runId: string): Promise<Run> => {
  const [run] = await tx.query<Run>(`${RUNS} where r.run_id = $1`, [runId])
  if (!run) throw new Refusal('not_found', { runId })
  return run
}

/** The run under its lock, so that it is taken back once. Refuses: not_found. */
export const lockRun = async (tx: Tx, runId: string): Promise<Run> => {
  const [run] = await tx.query<Run>(`${RUNS} where r.run_id = $1 for update of r`, [runId])
  if (!run) throw new Refusal('not_found', { runId })
  return run
}

export const markReversed = async (tx: Tx, run: Run, reason: string): Promise<void> => {
  await tx.query(
    `update sharing_run set reversed_at = $3, reversed_by = $4, reason = $5
     where complex_id = $1 and run_id = $2`,
    [run.complexId, run.runId, sqlTime(tx.now), tx.scope.operator, reason],
  )
}

export type NamedShare = ShareRow & {
  premises: string
  accountNo: string | null
  tenant: string | null
}

/** Shares of a run with the names of today. */
export const sharesOf = (tx: Tx, complex: ComplexId, run: Uuid): Promise<NamedShare[]> =>
  tx.query<NamedShare>(
    `select s.premises_id as "premisesId", s.account_id as "accountId", s.billed, s.days,
       s.used_wh as "usedWh", s.weight, s.fen,
       concat_ws(' ', b.name, p.no, p.name) as premises, a.no as "accountNo", t.name as tenant
     from sharing_share s
     join premises p on p.complex_id = s.complex_id and p.premises_id = s.premises_id
     join building b on b.complex_id = p.complex_id and b.building_id = p.building_id
     left join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
     left join lateral (
       select tenant_id from account_tenant w where w.complex_id = a.complex_id
         and w.account_id = a.account_id order by w.since desc limit 1
     ) w on true
     left join tenant t on t.complex_id = a.complex_id and t.tenant_id = w.tenant_id
     where s.complex_id = $1 and s.run_id = $2 order by s.line`,
    [complex, run],
  )

/** Locks the accounts in id order and tells which are open. */
export const lockOpenAccounts = async (
  tx: Tx,
  complex: ComplexId,
  accounts: readonly AccountId[],
): Promise<Set<AccountId>> => {
  const rows = await tx.query<{ id: AccountId; open: boolean }>(
    `select account_id as id, closed_at is null as open from account
     where complex_id = $1 and account_id = any ($2) order by account_id for update`,
    [complex, accounts],
  )
  return new Set(rows.filter(({ open }) => open).map(({ id }) => id))
}
