// Swapping many meters by sheet 项目改造批量换表: old number, new number, registers; all or nothing.

import type { Static } from 'typebox'
import type { SwapCommand, SwapDeps } from '../accounts/swap/command.ts'
import { swapIn } from '../accounts/swap/swap.ts'
import { swapView } from '../accounts/swap/view-store.ts'
import type { SheetAnswer } from '../http/contract/sheets.ts'
import { type SwapBulkRequest, SwapRow } from '../http/contract/swap.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { lockAccountsOf, metersByNo, type NamedMeter } from './list-store.ts'
import { type ListDeps, listRows, type RowEnd, runList } from './listed.ts'
import { type Column, problem } from './sheet.ts'

const OLD: Column = {
  field: 'oldMeterNo',
  zh: '旧表号',
  en: 'Old meter no.',
  kind: 'text',
  required: true,
  example: '202600000101',
}
const NEW: Column = {
  field: 'newMeterNo',
  zh: '新表号',
  en: 'New meter no.',
  kind: 'text',
  required: true,
  example: '202600000901',
}
export const SWAP_COLUMNS: readonly Column[] = [
  OLD,
  NEW,
  {
    field: 'newInitialWh',
    zh: '新表底度（kWh）',
    en: 'Initial register of the new meter (kWh)',
    kind: 'kwh',
    required: true,
    example: '0',
  },
  { field: 'dead', zh: '坏表', en: 'Dead', kind: 'yes', example: '否' },
  {
    field: 'finalWh',
    zh: '旧表止码（kWh）',
    en: 'Final register of the old meter (kWh)',
    kind: 'kwh',
  },
  {
    field: 'remainingFen',
    zh: '旧表剩余金额（元）',
    en: 'Left in the old meter (yuan)',
    kind: 'yuan',
  },
  { field: 'photoNote', zh: '照片说明', en: 'Photo', kind: 'text' },
]

const columnFor = (field: string): Column =>
  SWAP_COLUMNS.find((column) => column.field === field) ?? OLD

type Row = Static<typeof SwapRow>

const oldMeterOf = (row: Row): SwapCommand['oldMeter'] | { missing: string } => {
  const { dead, finalWh, remainingFen, photoNote } = row
  if (dead !== true) return { state: 'alive', ...(finalWh !== undefined && { finalWh }) }
  if (finalWh === undefined) return { missing: 'finalWh' }
  if (photoNote === undefined) return { missing: 'photoNote' }
  return {
    state: 'dead',
    ...{ finalWh, photoNote },
    ...(remainingFen !== undefined && { remainingFen }),
  }
}

type Bulk = {
  complexId: ComplexId
  requestId: string
  bulkId: Uuid
  note: string
  dryRun: boolean
}

const swapRow = async (
  tx: Tx,
  deps: SwapDeps,
  bulk: Bulk,
  byNo: ReadonlyMap<string, NamedMeter>,
  row: Row,
): Promise<RowEnd> => {
  const old = byNo.get(row.oldMeterNo)
  const fresh = byNo.get(row.newMeterNo)
  if (!old || old.pointId === null) return { problems: [problem('unknown', OLD, row.oldMeterNo)] }
  if (!fresh) return { problems: [problem('unknown', NEW, row.newMeterNo)] }
  const oldMeter = oldMeterOf(row)
  if ('missing' in oldMeter) return { problems: [problem('required', columnFor(oldMeter.missing))] }
  const swapId = await swapIn(tx, deps, {
    ...{ complexId: bulk.complexId, bulkId: bulk.bulkId, note: bulk.note, dryRun: bulk.dryRun },
    pointId: old.pointId,
    newMeterId: fresh.meterId,
    newInitialWh: row.newInitialWh,
    oldMeter,
    requestId: `${bulk.requestId}/${row.oldMeterNo}`,
  })
  const swap = await swapView(tx, bulk.complexId, swapId)
  const { state = null, claimFen = null, waitingFen = null } = swap ?? {}
  return { facts: { ...(!bulk.dryRun && { swapId }), state, claimFen, waitingFen } }
}

/** Refuses: request_id_reused. What a row is refused stands in its report. */
export const swapBulk = async (
  deps: SwapDeps & ListDeps,
  scope: Scope,
  cmd: Omit<Static<typeof SwapBulkRequest>, 'complexId'> & {
    complexId: ComplexId
    requestId: string
  },
): Promise<SheetAnswer> => {
  const { complexId, requestId, note } = cmd
  const dryRun = cmd.dryRun === true
  const listed = await listRows(deps, cmd, SWAP_COLUMNS, SwapRow)
  const bulk: Bulk = { complexId, requestId, note, dryRun, bulkId: deps.ids.uuid() }
  let byNo: ReadonlyMap<string, NamedMeter> = new Map()
  const content = { note, rows: listed.rows.map((row) => row.value) }
  return runList(
    deps.db,
    scope,
    { complexId, requestId, operation: 'meter.swap.bulk', content },
    {
      columns: SWAP_COLUMNS,
      ...{ listed, dryRun },
      subject: (row) => row.oldMeterNo,
      begin: async (tx, rows) => {
        const named = rows.flatMap((row) => [row.oldMeterNo, row.newMeterNo])
        byNo = await metersByNo(tx, complexId, named)
        // In one order for everybody: two sheets at once wait for each other, and never for ever.
        await lockAccountsOf(tx, complexId, [...byNo.values()])
      },
      apply: (tx, row) => swapRow(tx, deps, bulk, byNo, row),
    },
  )
}
