// Swapping many meters by sheet 项目改造批量换表: old number, new number, registers; all or nothing.

import type { Static } from 'typebox'
import type { SwapCommand, SwapDeps } from '../accounts/swap/command.ts'
import { type AgreedSwap, judgeSwaps, writeSwaps } from '../accounts/swap/swap-batch.ts'
import type { SheetAnswer } from '../http/contract/sheets.ts'
import { type SwapBulkRequest, SwapRow } from '../http/contract/swap.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { metersByNo, type NamedMeter } from './list-store.ts'
import {
  type ColumnsOf,
  type GoodRow,
  type ListDeps,
  listRows,
  type RowEnd,
  refusalEnd,
  runList,
} from './listed.ts'
import { asInRow, type Column, problem, zerosBefore } from './sheet.ts'

const OLD: Column = {
  field: 'oldMeterNo',
  zh: '旧表号',
  en: 'Old meter no.',
  kind: 'code',
  required: true,
  example: '202600000101',
}
const NEW: Column = {
  field: 'newMeterNo',
  zh: '新表号',
  en: 'New meter no.',
  kind: 'code',
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

/** Where a refusal of a swap is shown, if it does not say so itself. */
const AT: ColumnsOf = {
  meter_in_use: 'newMeterNo',
  meter_not_prepaid: 'newMeterNo',
  meter_charges_itself: 'newMeterNo',
  meter_barred: 'newMeterNo',
  swap_under_way: 'oldMeterNo',
  closing_under_way: 'oldMeterNo',
  meter_on_hold: 'oldMeterNo',
  purchase_under_way: 'oldMeterNo',
  reduction_under_way: 'oldMeterNo',
  balance_unknown: 'oldMeterNo',
  point_without_meter: 'oldMeterNo',
  claim_above_paid: 'remainingFen',
  approval_required: 'remainingFen',
  register_above_read: 'newInitialWh',
  register_below_last: 'finalWh',
}

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
}

const unknown = (byNo: ReadonlyMap<string, NamedMeter>, column: Column, no: string): RowEnd => {
  const lost = zerosBefore(no).some((longer) => byNo.has(longer))
  return { ok: false, problems: [problem(lost ? 'zerosLost' : 'unknown', column, no)] }
}

/** What a row asks for, or what is wrong with it before anything is looked at. */
const commandOf = (
  bulk: Bulk,
  byNo: ReadonlyMap<string, NamedMeter>,
  row: Row,
): SwapCommand | RowEnd => {
  const old = byNo.get(row.oldMeterNo)
  const fresh = byNo.get(row.newMeterNo)
  if (!old) return unknown(byNo, OLD, row.oldMeterNo)
  if (old.pointId === null)
    return { ok: false, problems: [problem('notInstalled', OLD, row.oldMeterNo)] }
  if (!fresh) return unknown(byNo, NEW, row.newMeterNo)
  const oldMeter = oldMeterOf(row)
  if ('missing' in oldMeter)
    return { ok: false, problems: [problem('required', columnFor(oldMeter.missing))] }
  return {
    ...{ complexId: bulk.complexId, bulkId: bulk.bulkId, note: bulk.note, dryRun: false },
    pointId: old.pointId,
    newMeterId: fresh.meterId,
    newInitialWh: row.newInitialWh,
    oldMeter,
    requestId: `${bulk.requestId}/${row.oldMeterNo}`,
  }
}

const stateOf = ({ how, place }: AgreedSwap): 'taking' | 'opening' | 'done' => {
  if (how.do === 'takeOut') return 'taking'
  return place.mode === 'meter' ? 'opening' : 'done'
}

/** What goes over; null where the meter has yet to be asked. */
const claimOf = ({ how }: AgreedSwap): number | null => {
  if (how.do === 'takeOut') return null
  if (how.do === 'dead') return how.dead.claimFen
  return how.do === 'byReading' ? how.read.claimFen : 0
}

/** What becomes of it, as far as can be told now. */
const factsOf = (swap: AgreedSwap) => {
  const { waitingFen, balanceFen, mode } = swap.place
  return {
    swapState: stateOf(swap),
    ...(mode === 'meter' && { lastBalanceFen: balanceFen, claimFen: claimOf(swap) }),
    ...(waitingFen > 0 && { waitingFen }),
  }
}

/** A meter comes down once and goes up once. */
const twice = (rows: readonly GoodRow<Row>[]): Map<number, RowEnd> => {
  const ends = new Map<number, RowEnd>()
  const seen = new Map<string, number>()
  for (const { row, value } of rows)
    for (const column of [NEW, OLD]) {
      const no = column === OLD ? value.oldMeterNo : value.newMeterNo
      const before = seen.get(no)
      if (before === undefined) seen.set(no, row)
      else ends.set(row, { ok: false, problems: [problem('twice', column, asInRow(before))] })
    }
  return ends
}

/** Each judged, whatever becomes of the others; written where all of them are good. */
const swapRows = async (
  tx: Tx,
  deps: SwapDeps,
  bulk: Bulk,
  rows: readonly GoodRow<Row>[],
  keep: boolean,
): Promise<RowEnd[]> => {
  const { complexId } = bulk
  const named = rows.flatMap(({ value }) => [value.oldMeterNo, value.newMeterNo])
  const numbers = named.flatMap((no) => [no, ...zerosBefore(no)])
  const byNo = await metersByNo(tx, complexId, numbers)
  const ends = twice(rows)
  const asked = rows.flatMap(({ row, value }) => {
    if (ends.has(row)) return []
    const cmd = commandOf(bulk, byNo, value)
    if (!('ok' in cmd)) return [{ row, cmd }]
    ends.set(row, cmd)
    return []
  })
  const cmds = asked.map(({ cmd }) => cmd)
  const judged = await judgeSwaps(tx, deps, complexId, cmds)
  const agreed = judged.flatMap((end, at) => {
    const { row } = must(asked[at], 'each swap is of a row')
    if (!(end instanceof Refusal)) return [{ row, end }]
    ends.set(row, refusalEnd(end, SWAP_COLUMNS, AT))
    return []
  })
  const swaps = agreed.map(({ end }) => end)
  const written = keep && ends.size === 0 ? await writeSwaps(tx, deps, complexId, swaps) : []
  for (const [at, { row, end }] of agreed.entries()) {
    const swapId = written[at]
    ends.set(row, { ok: true, facts: { ...(swapId && { swapId }), ...factsOf(end) } })
  }
  return rows.map(({ row }) => must(ends.get(row), 'each row came to an end'))
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
  const bulk: Bulk = { complexId, requestId, note, bulkId: deps.ids.uuid() }
  const content = { note, rows: listed.rows.map((row) => row.value) }
  return runList(
    deps.db,
    scope,
    { complexId, requestId, operation: 'meter.swap.bulk', content },
    {
      ...{ listed, dryRun },
      subject: (row) => row.oldMeterNo,
      carryOut: (tx, rows, keep) => swapRows(tx, deps, bulk, rows, keep),
    },
  )
}
