// Accounts in bulk 批量开户与导入: from a prepared list, or from another system with what it owed the
// tenants. Rows with one former number are one account with several meters. All or nothing.

import type { Static } from 'typebox'
import { newTenant, type OpeningDeps, openFor } from '../accounts/open.ts'
import type { SheetAnswer } from '../http/contract/sheets.ts'
import {
  type AccountImportRequest,
  type BulkOpenRequest,
  ImportedAccountRow,
  OpenedAccountRow,
} from '../http/contract/swap.ts'
import type { PayMethod } from '../ledger/chart.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { ComplexId, PlanId } from '../shared/ids.ts'
import {
  IMPORT_COLUMNS,
  METER,
  OPEN_COLUMNS,
  PHONE,
  PLAN,
  PREMISES,
  TENANT,
} from './account-columns.ts'
import { metersAt, metersByNo, type NamedMeter, plansByName } from './list-store.ts'
import { type ListDeps, type Listed, listRows, type Plan, type RowEnd, runList } from './listed.ts'
import { postOpeningBalance } from './opening-balance.ts'
import { problem } from './sheet.ts'

type Row = Static<typeof ImportedAccountRow> & Static<typeof OpenedAccountRow>
type Deps = OpeningDeps & ListDeps

type Run = {
  deps: Deps
  complexId: ComplexId
  requestId: string
  method: PayMethod
  imported: boolean
  rows: readonly Row[]
  byNo: ReadonlyMap<string, NamedMeter>
  byPlace: readonly NamedMeter[]
  plans: ReadonlyMap<string, PlanId>
  /** What became of each account, by its first row. */
  opened: Map<Row, RowEnd>
}

const PHONE_PATTERN = /^\+?\d{6,15}$/
const plainPhone = (phone: string): string => phone.replace(/[\s-]/g, '')

/** The rows of the same account, the first one first. */
const groupOf = (run: Run, row: Row): readonly Row[] =>
  row.accountRef === undefined ? [row] : run.rows.filter((one) => one.accountRef === row.accountRef)

const candidates = (run: Run, row: Row): readonly NamedMeter[] => {
  if (row.meterNo !== undefined) {
    const named = run.byNo.get(row.meterNo)
    return named ? [named] : []
  }
  return run.byPlace.filter(
    (one) =>
      one.premises === row.premises &&
      (row.building === undefined || one.building === row.building) &&
      (row.pointKind === undefined || one.pointKind === row.pointKind),
  )
}

type Resolved = { row: Row; meter: NamedMeter; planId: PlanId }

const resolve = (run: Run, row: Row): Resolved | Extract<RowEnd, { problems: unknown }> => {
  const column = row.meterNo === undefined ? PREMISES : METER
  const [meter, another] = candidates(run, row)
  const problems = []
  if (row.meterNo === undefined && row.premises === undefined)
    problems.push(problem('required', METER))
  else if (!meter) problems.push(problem('unknown', column, row.meterNo ?? row.premises ?? ''))
  else if (another) problems.push(problem('ambiguous', column, row.premises ?? ''))
  const planId = run.plans.get(row.plan)
  if (planId === undefined) problems.push(problem('unknown', PLAN, row.plan))
  if (row.phone !== undefined && !PHONE_PATTERN.test(plainPhone(row.phone)))
    problems.push(problem('invalid', PHONE, row.phone))
  return problems.length > 0 || !meter || planId === undefined
    ? { problems }
    : { row, meter, planId }
}

const differing = (group: readonly Row[], row: Row): RowEnd | null => {
  const [first] = group
  if (!first) return null
  if (first.tenant !== row.tenant) return { problems: [problem('differs', TENANT, row.tenant)] }
  const same = (first.mode ?? 'meter') === (row.mode ?? 'meter') && first.phone === row.phone
  return same ? null : { problems: [problem('differs', null)] }
}

const balancesOf = async (
  tx: Tx,
  run: Run,
  account: { accountId: Awaited<ReturnType<typeof openFor>>['accountId']; requestId: string },
  resolved: readonly Resolved[],
) => {
  let openingBalanceFen = 0
  let differenceFen = 0
  for (const [index, { row, meter }] of resolved.entries()) {
    const posted = await postOpeningBalance(tx, run.deps.ids, {
      complexId: run.complexId,
      accountId: account.accountId,
      mode: row.mode ?? 'meter',
      meter,
      statedFen: row.openingBalanceFen ?? 0,
      inMeter: row.balanceInMeter === true,
      hoardingFen: row.hoardingFen ?? null,
      requestId: `${account.requestId}/${index}`,
    })
    openingBalanceFen += posted.openingBalanceFen
    differenceFen += posted.differenceFen
  }
  return { openingBalanceFen, differenceFen }
}

const openGroup = async (
  tx: Tx,
  run: Run,
  resolved: readonly Resolved[],
  requestId: string,
): Promise<RowEnd> => {
  const { deps, complexId } = run
  const [first] = resolved
  if (!first) return { problems: [] }
  const { tenant: name, phone, mode, accountRef } = first.row
  const tenant = { name, ...(phone !== undefined && { phone: plainPhone(phone) }) }
  const tenantId = await newTenant(tx, deps, complexId, tenant)
  const { accountId, accountNo, receipts } = await openFor(tx, deps, tenantId, {
    ...{ complexId, requestId, method: run.method },
    ...(mode !== undefined && { mode }),
    meters: resolved.map(({ row, meter, planId }) => ({
      ...{ meterId: meter.meterId, planId, alarm1Fen: row.alarm1Fen, alarm2Fen: row.alarm2Fen },
      ...(row.overdraftFen !== undefined && { overdraftFen: row.overdraftFen }),
      ...(row.hoardingFen !== undefined && { hoardingFen: row.hoardingFen }),
      ...(row.firstPurchaseFen !== undefined && { firstPurchaseFen: row.firstPurchaseFen }),
      ...(row.initialWh !== undefined && mode === 'centre' && { initialWh: row.initialWh }),
    })),
  })
  const receiptNos = receipts.map((receipt) => receipt.receiptNo)
  if (!run.imported) return { facts: { accountNo, receiptNos } }
  const balance = await balancesOf(tx, run, { accountId, requestId }, resolved)
  await audit(tx, deps.ids, {
    complexId,
    action: 'account.import',
    subject: `account/${accountId}`,
    after: { accountNo, accountRef: accountRef ?? null, ...balance },
  })
  return { facts: { accountNo, ...balance } }
}

const applyRow = async (tx: Tx, run: Run, row: Row, at: number): Promise<RowEnd> => {
  const group = groupOf(run, row)
  const [first = row] = group
  const own = resolve(run, row)
  if ('problems' in own) return own
  const differs = differing(group, row)
  if (differs) return differs
  // The first row opens the account with all its meters; the others tell the same.
  if (first !== row) return run.opened.get(first) ?? { facts: {} }
  const resolved = group.map((one) => resolve(run, one))
  const good = resolved.flatMap((one) => ('problems' in one ? [] : [one]))
  if (good.length < resolved.length) return { facts: {} }
  const end = await openGroup(tx, run, good, `${run.requestId}/${at}`)
  run.opened.set(row, end)
  return end
}

const planOf = (run: Run, listed: Listed<Row>, dryRun: boolean, imported: boolean): Plan<Row> => ({
  columns: imported ? IMPORT_COLUMNS : OPEN_COLUMNS,
  ...{ listed, dryRun },
  subject: (row) => row.tenant,
  begin: async (tx, rows) => {
    const { complexId } = run
    const told = <K extends 'meterNo' | 'premises' | 'plan'>(name: K): string[] => [
      ...new Set(rows.flatMap((row) => row[name] ?? [])),
    ]
    run.rows = rows
    run.opened.clear()
    run.byNo = await metersByNo(tx, complexId, told('meterNo'))
    run.byPlace = await metersAt(tx, complexId, told('premises'))
    run.plans = await plansByName(tx, complexId, told('plan'))
  },
  apply: (tx, row, at) => applyRow(tx, run, row, at),
})

type Asked = { complexId: ComplexId; requestId: string }

const runAccounts = (
  deps: Deps,
  scope: Scope,
  cmd: Asked & { dryRun?: boolean | undefined; method?: PayMethod | undefined },
  listed: Listed<Row>,
  imported: boolean,
): Promise<SheetAnswer> => {
  const { complexId, requestId, method = 'cash' } = cmd
  const run: Run = {
    ...{ deps, complexId, requestId, method, imported },
    ...{ rows: [], byNo: new Map(), byPlace: [], plans: new Map(), opened: new Map() },
  }
  const content = { method, rows: listed.rows.map((row) => row.value) }
  const operation = imported ? 'account.import' : 'account.bulkOpen'
  const plan = planOf(run, listed, cmd.dryRun === true, imported)
  return runList(deps.db, scope, { complexId, requestId, operation, content }, plan)
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
