// Accounts in bulk 批量开户与导入: from a prepared list, or from another system with what it owed the
// tenants. Rows with one former number are one account with several meters. All or nothing.

import type { Static } from 'typebox'
import type { JudgedOpening } from '../accounts/judge-opening.ts'
import { newTenants } from '../accounts/new-tenant.ts'
import type { OpeningDeps } from '../accounts/open.ts'
import { judgeOpenings, type Opened, writeOpenings } from '../accounts/open-batch.ts'
import type { SheetAnswer } from '../http/contract/sheets.ts'
import {
  type AccountImportRequest,
  type BulkOpenRequest,
  ImportedAccountRow,
  OpenedAccountRow,
} from '../http/contract/swap.ts'
import type { PayMethod } from '../ledger/chart.ts'
import { auditAll } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { IMPORT_COLUMNS, OPEN_COLUMNS } from './account-columns.ts'
import {
  type AccountRow,
  type Group,
  groupsOf,
  type Known,
  openingOf,
  plainPhone,
  type Resolved,
} from './account-rows.ts'
import { metersAt, metersByNo, plansByName } from './list-store.ts'
import {
  type ColumnsOf,
  type GoodRow,
  type ListDeps,
  type Listed,
  listRows,
  type RowEnd,
  refusalEnd,
  runList,
} from './listed.ts'
import { postBalances } from './post-balances.ts'
import { zerosBefore } from './sheet.ts'

type Deps = OpeningDeps & ListDeps

type Run = {
  deps: Deps
  complexId: ComplexId
  requestId: string
  method: PayMethod
  imported: boolean
}

/** Where a refusal of an opening is shown, if it does not say so itself. */
const AT: ColumnsOf = {
  not_found: 'meterNo',
  meter_not_prepaid: 'meterNo',
  premises_occupied: 'meterNo',
  meter_charges_itself: 'mode',
  initial_reading_required: 'initialWh',
  register_below_last: 'initialWh',
  hoarding_limit: 'hoardingFen',
  approval_required: 'firstPurchaseFen',
}

const learn = async (tx: Tx, complexId: ComplexId, rows: readonly AccountRow[]): Promise<Known> => {
  const told = <K extends 'meterNo' | 'premises' | 'plan'>(name: K): string[] => [
    ...new Set(rows.flatMap((row) => row[name] ?? [])),
  ]
  const [byNo, atPlaces, plans] = await Promise.all([
    metersByNo(
      tx,
      complexId,
      told('meterNo').flatMap((no) => [no, ...zerosBefore(no)]),
    ),
    metersAt(tx, complexId, told('premises')),
    plansByName(tx, complexId, told('plan')),
  ])
  return { byNo, byPlace: Map.groupBy(atPlaces, ({ premises }) => premises), plans, now: tx.now }
}

type Judging = { group: Group; end: JudgedOpening }

const columnsOf = ({ imported }: Run) => (imported ? IMPORT_COLUMNS : OPEN_COLUMNS)

/** The refusal stands at the row of the meter that it is about. */
const tellRefusal = (
  run: Run,
  { first, resolved }: Group,
  refusal: Refusal,
  ends: Map<number, RowEnd>,
): void => {
  const { meterId } = refusal.facts
  const { row } = resolved.find(({ meter }) => meter.meterId === meterId) ?? first
  ends.set(row, refusalEnd(refusal, columnsOf(run), AT))
}

const placeOf = ({ meter }: Resolved) => ({ meterNo: meter.meterNo, premises: meter.premises })

/** Found in the meter, less what was told. */
const differenceFen = ({ balance, value }: Resolved): number =>
  balance.in === 'credit' ? balance.fen - (value.openingBalanceFen ?? 0) : 0

const sumOf = ({ resolved }: Group, of: (one: Resolved) => number): number =>
  resolved.reduce((sum, one) => sum + of(one), 0)

const factsOf = (run: Run, one: Resolved, opened: Opened | null) => {
  const { firstPurchaseFen, depositFen } = one.value
  const money = run.imported
    ? { openingBalanceFen: one.balance.fen, differenceFen: differenceFen(one) }
    : { firstPurchaseFen, depositFen }
  if (opened === null) return { ...placeOf(one), ...money }
  const { accountNo, receipts } = opened
  const receiptNos = receipts.map(({ receiptNo }) => receiptNo)
  return { accountNo, ...placeOf(one), ...money, ...(!run.imported && { receiptNos }) }
}

/** Nothing of it is refused any more. */
const write = async (tx: Tx, run: Run, all: readonly Judging[]): Promise<Opened[]> => {
  const { deps, complexId } = run
  const tenants = all.map(({ group: { first } }) => {
    const { tenant: name, phone } = first.value
    return { name, ...(phone !== undefined && { phone: plainPhone(phone) }) }
  })
  const ids = await newTenants(tx, deps, complexId, tenants)
  const forTenants = all.map(({ end: judged }, at) => {
    return { judged, tenantId: must(ids[at], 'each has its tenant') }
  })
  const opened = await writeOpenings(tx, deps, complexId, forTenants)
  if (!run.imported) return opened
  const imported = all.map(({ group, end }, at) => ({
    ...{ group, opened: must(opened[at], 'each was opened'), requestId: end.opening.requestId },
  }))
  await postBalances(tx, deps.ids, complexId, imported)
  await auditAll(
    tx,
    deps.ids,
    imported.map(({ group, opened: { accountId, accountNo } }) => ({
      complexId,
      action: 'account.import',
      subject: `account/${accountId}`,
      after: {
        ...{ accountNo, accountRef: group.first.value.accountRef ?? null },
        openingBalanceFen: sumOf(group, ({ balance }) => balance.fen),
        differenceFen: sumOf(group, differenceFen),
      },
    })),
  )
  return opened
}

const carryOut = async (
  tx: Tx,
  run: Run,
  rows: readonly GoodRow<AccountRow>[],
  keep: boolean,
): Promise<RowEnd[]> => {
  const known = await learn(
    tx,
    run.complexId,
    rows.map(({ value }) => value),
  )
  const { groups, ends } = groupsOf(known, rows, columnsOf(run))
  const openings = groups.map((group) =>
    openingOf(group, `${run.requestId}/${group.first.row}`, run.method),
  )
  const judged = await judgeOpenings(tx, run.deps, run.complexId, openings, { keep })
  const agreed = judged.flatMap((end, at): Judging[] => {
    const group = must(groups[at], 'each opening is of a group')
    if (!(end instanceof Refusal)) return [{ group, end }]
    tellRefusal(run, group, end, ends)
    return []
  })
  const good = [...ends.values()].every(({ ok }) => ok)
  const opened = keep && good ? await write(tx, run, agreed) : []
  for (const [at, { group }] of agreed.entries())
    for (const one of group.resolved)
      ends.set(one.row, { ok: true, facts: factsOf(run, one, opened[at] ?? null) })
  return rows.map(({ row }) => ends.get(row) ?? { ok: true, facts: {} })
}

type Asked = { complexId: ComplexId; requestId: string }

const runAccounts = (
  deps: Deps,
  scope: Scope,
  cmd: Asked & { dryRun?: boolean | undefined; method?: PayMethod | undefined },
  listed: Listed<AccountRow>,
  imported: boolean,
): Promise<SheetAnswer> => {
  const { complexId, requestId, method = 'cash' } = cmd
  const run: Run = { deps, complexId, requestId, method, imported }
  const content = { method, rows: listed.rows.map((row) => row.value) }
  const operation = imported ? 'account.import' : 'account.bulkOpen'
  return runList(
    deps.db,
    scope,
    { complexId, requestId, operation, content },
    {
      ...{ listed, dryRun: cmd.dryRun === true },
      subject: (row) => row.tenant,
      carryOut: (tx, rows, keep) => carryOut(tx, run, rows, keep),
    },
  )
}

/** Refuses: request_id_reused. What a row is refused stands in its report. */
export const importAccounts = async (
  deps: Deps,
  scope: Scope,
  cmd: Omit<Static<typeof AccountImportRequest>, 'complexId'> & Asked,
): Promise<SheetAnswer> => {
  const listed = await listRows(deps, cmd, IMPORT_COLUMNS, ImportedAccountRow)
  return runAccounts(deps, scope, cmd, listed, true)
}

/** Refuses: request_id_reused. What a row is refused stands in its report. */
export const bulkOpen = async (
  deps: Deps,
  scope: Scope,
  cmd: Omit<Static<typeof BulkOpenRequest>, 'complexId'> & Asked,
): Promise<SheetAnswer> => {
  const listed = await listRows(deps, cmd, OPEN_COLUMNS, OpenedAccountRow)
  return runAccounts(deps, scope, cmd, listed, false)
}
