// Sharing a month 公摊分摊: reckoned, billed and kept in one transaction, once per rule and month; a
// dry run walks the same path. A month shared wrongly is reversed as a whole and shared anew.

import type { SharingRun } from '../http/contract/sharing.ts'
import { contentHash } from '../ledger/chain.ts'
import { sharingLines } from '../ledger/entries/sharing.ts'
import { type Fen, fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { complexDays, postingDay } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { rfc3339 } from '../shared/clock.ts'
import type { AccountId, Uuid } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { pricedFen, splitWhole } from '../tariff/rounding.ts'
import { dryRun, once } from '../work/request.ts'
import { type Bearer, bearerFaults, bearersOf } from './bearers.ts'
import { monthSpan, type Pool, poolOf } from './pool.ts'
import { foundRule, lockRule, type Rule } from './rule-store.ts'
import {
  foundRun,
  insertRun,
  lockOpenAccounts,
  lockRun,
  markReversed,
  type NamedShare,
  type Run,
  type ShareRow,
  sharesOf,
} from './run-store.ts'

export type SharingDeps = { db: Db; ids: Ids }
export type ShareMonth = { ruleId: number; month: string; dryRun: boolean; requestId: string }

/** Names of this many points or premises stand in a refusal. */
const NAMED_MAX = 10

const refuseUnsound = (rule: Rule, pool: Pool): void => {
  refuseIf(pool.notRead.length > 0, 'sharing_not_read', {
    points: pool.notRead.length,
    items: pool.notRead.slice(0, NAMED_MAX).join('; '),
  })
  const { mainWh, shopsWh } = pool
  refuseIf(mainWh < shopsWh, 'sharing_pool_negative', { mainWh, shopsWh })
  const faults = bearerFaults(rule.sharedBy, pool.premises)
  refuseIf(faults.length > 0, 'sharing_basis_missing', {
    missing: faults[0]?.missing ?? '',
    items: faults
      .slice(0, NAMED_MAX)
      .map(({ premisesId }) => pool.names.get(premisesId) ?? '')
      .join('; '),
  })
}

const shareRows = (
  bearers: readonly Bearer[],
  poolFen: Fen,
  open: ReadonlySet<AccountId>,
): ShareRow[] => {
  const shares = splitWhole(
    poolFen,
    bearers.map(({ weight }) => weight),
  )
  return bearers.map(({ weight, ...bearer }, index) => ({
    ...bearer,
    weight,
    billed: bearer.accountId !== null && open.has(bearer.accountId),
    fen: shares[index] ?? 0,
  }))
}

/** One line for each account, whatever premises it has. */
const perAccount = (shares: readonly ShareRow[]): { accountId: AccountId; fen: Fen }[] => {
  const sums = new Map<AccountId, number>()
  for (const { accountId, billed, fen: own } of shares)
    if (accountId !== null && billed) sums.set(accountId, (sums.get(accountId) ?? 0) + own)
  return [...sums]
    .filter(([, sum]) => sum > 0)
    .map(([accountId, sum]) => ({ accountId, fen: fen(sum) }))
}

type Reckoned = { poolWh: number; poolFen: Fen; pool: Pool; shares: ShareRow[] }

const reckon = async (tx: Tx, rule: Rule, cmd: ShareMonth): Promise<Reckoned> => {
  const { complexId, mainPointId, mainPoint, ruleId } = rule
  const days = await complexDays(tx, complexId)
  const of = { ruleId, mainPointId, mainPoint, month: cmd.month, ...days }
  refuseIf(tx.now < monthSpan(of).to, 'day_not_over', { month: cmd.month })
  const pool = await poolOf(tx, of)
  refuseUnsound(rule, pool)
  const bearers = bearersOf({ by: rule.sharedBy, vacant: rule.vacant }, pool.premises)
  refuseIf(bearers.length === 0, 'sharing_nobody', { month: cmd.month })
  const poolWh = pool.mainWh - pool.shopsWh
  const poolFen = pricedFen(poolWh, rule.priceE8)
  const accounts = bearers.flatMap(({ accountId }) => accountId ?? [])
  const open = await lockOpenAccounts(tx, complexId, accounts)
  return { poolWh, poolFen, pool, shares: shareRows(bearers, poolFen, open) }
}

const bill = async (
  tx: Tx,
  ids: Ids,
  rule: Rule,
  run: { runId: Uuid; month: string; shares: readonly ShareRow[] },
): Promise<Uuid | null> => {
  const billed = perAccount(run.shares)
  if (billed.length === 0) return null
  const postingId = ids.uuid()
  await post(tx, {
    complexId: rule.complexId,
    postingId,
    requestId: `sharing/${run.runId}`,
    kind: 'sharing',
    businessDate: await postingDay(tx, rule.complexId, tx.now),
    reason: `${rule.name} ${run.month}`,
    contentHash: contentHash({ rule: rule.ruleId, ...run }),
    lines: sharingLines(billed),
  })
  return postingId
}

const shareIn = async (tx: Tx, { ids }: SharingDeps, cmd: ShareMonth): Promise<SharingRun> => {
  const { ruleId, month } = cmd
  const rule = await lockRule(tx, ruleId)
  refuseIf(!rule.enabled, 'sharing_rule_off', { ruleId })
  const { complexId, name, sharedBy, vacant, priceE8 } = rule
  const { poolWh, poolFen, pool, shares } = await reckon(tx, rule, cmd)
  const runId = ids.uuid()
  const postingId = await bill(tx, ids, rule, { runId, month, shares })
  const { mainWh, shopsWh, exact } = pool
  const basis = { rule: name, sharedBy, vacant, priceE8, mainWh, shopsWh, exact }
  const kept = { complexId, runId, ruleId, month, basis, poolWh, poolFen, postingId, shares }
  refuseIf(!(await insertRun(tx, kept)), 'sharing_done', { month })
  const subject = `sharing-rule/${ruleId}`
  const after = { runId, month, poolWh, poolFen, postingId }
  await audit(tx, ids, { complexId, action: 'sharing.post', subject, after })
  const view = await runView(tx, await foundRun(tx, runId))
  return cmd.dryRun ? { ...view, runId: null } : view
}

const landlordOf = ({ accountId, billed }: NamedShare) => {
  if (billed) return null
  return accountId === null ? ('vacant' as const) : ('accountClosed' as const)
}

const shareView = ({ billed, ...share }: NamedShare): SharingRun['shares'][number] => ({
  ...share,
  landlord: landlordOf({ billed, ...share }),
})

/** A run as lists show it. */
export const runLine = (run: Run, zone: string): SharingRun => {
  const { complexId: _complex, postingId: _posting, basis, ...rest } = run
  return {
    ...rest,
    ...basis,
    at: rfc3339(run.at, zone),
    reversedAt: run.reversedAt && rfc3339(run.reversedAt, zone),
    landlordFen: run.poolFen - run.billedFen,
    shares: [],
  }
}

/** A run with its shares. */
export const runView = async (tx: Tx, run: Run): Promise<SharingRun> => {
  const { zone } = await complexDays(tx, run.complexId)
  const shares = await sharesOf(tx, run.complexId, run.runId)
  return { ...runLine(run, zone), shares: shares.map(shareView) }
}

/**
 * Shares a month that is over. Refuses: not_found, sharing_rule_off, day_not_over,
 * sharing_not_read, sharing_pool_negative, sharing_basis_missing, sharing_nobody, sharing_done,
 * request_id_reused.
 */
export const shareMonth = async (
  deps: SharingDeps,
  scope: Scope,
  cmd: ShareMonth,
): Promise<SharingRun> => {
  if (cmd.dryRun) return dryRun(deps.db, scope, (tx) => shareIn(tx, deps, cmd))
  const { ruleId, month, requestId } = cmd
  const complexId = async (tx: Tx) => (await foundRule(tx, ruleId)).complexId
  const name = { complexId, requestId, operation: 'sharing.post', content: { ruleId, month } }
  return once(deps.db, scope, name, (tx) => shareIn(tx, deps, cmd))
}

const reverseIn = async (
  tx: Tx,
  { ids }: SharingDeps,
  of: string,
  reason: string,
): Promise<SharingRun> => {
  const run = await lockRun(tx, of)
  const { complexId, runId, postingId, ruleId, month } = run
  refuseIf(run.reversedAt !== null, 'sharing_reversed', { month })
  const shares = await sharesOf(tx, complexId, runId)
  const accounts = perAccount(shares)
  const open = await lockOpenAccounts(
    tx,
    complexId,
    accounts.map(({ accountId }) => accountId),
  )
  // The share of an account that was closed since has been settled with it.
  const back = accounts.filter(({ accountId }) => open.has(accountId))
  if (postingId !== null && back.length > 0)
    await post(tx, {
      complexId,
      postingId: ids.uuid(),
      requestId: `sharing/${runId}/reverse`,
      kind: 'sharing',
      businessDate: await postingDay(tx, complexId, tx.now),
      reason,
      reverses: postingId,
      contentHash: contentHash({ runId, reason }),
      lines: sharingLines(back).map((line) => ({ ...line, fen: -line.fen })),
    })
  await markReversed(tx, run, reason)
  const subject = `sharing-rule/${ruleId}`
  await audit(tx, ids, { complexId, action: 'sharing.reverse', subject, after: { runId, reason } })
  return runView(tx, await foundRun(tx, runId))
}

/** Takes a shared month back. Refuses: not_found, sharing_reversed, request_id_reused. */
export const reverseRun = (
  deps: SharingDeps,
  scope: Scope,
  cmd: { runId: string; reason: string; requestId: string },
): Promise<SharingRun> => {
  const { runId, reason, requestId } = cmd
  const complexId = async (tx: Tx) => (await foundRun(tx, runId)).complexId
  const name = { complexId, requestId, operation: 'sharing.reverse', content: { runId, reason } }
  return once(deps.db, scope, name, (tx) => reverseIn(tx, deps, runId, reason))
}
