// The report of an import 导入报告: how many rows are new, changed or the same, and which; and every
// cell that is wrong.

import {
  type ChangedRow,
  type CreatedRow,
  type ImportAnswer,
  LISTED_MAX,
  REGISTERS,
  WRONG_LISTED_MAX,
} from '../../http/contract/imports.ts'
import { must } from '../../shared/assert.ts'
import { wordsOf } from './cell-text.ts'
import { columnsOf } from './columns.ts'
import { changedFields, eachRow, type Faults, type Item, subjectOf, type World } from './items.ts'
import type { ReadFile } from './read-file.ts'

const changeOf = (item: Item, fields: readonly string[]): ChangedRow => ({
  register: item.register,
  row: item.row,
  subject: subjectOf(item.register, item.after),
  changes: fields.map((field) => {
    const column = columnsOf(item.register).find((one) => one.field === field)
    const { zh, en } = must(column, 'a field has its column')
    return {
      ...{ field, fieldName: { zh, en } },
      before: wordsOf(item.register, field, item.before?.[field]),
      after: wordsOf(item.register, field, item.after[field]),
    }
  }),
})

type Counted = Omit<ImportAnswer['counts'][number], 'register' | 'rows' | 'examples' | 'wrong'>
type Listed = { created: CreatedRow[]; changed: ChangedRow[] }

const countItem = (item: Item, counted: Counted, listed: Listed): void => {
  if (item.before === null) {
    counted.created++
    const { register, row } = item
    if (listed.created.length < LISTED_MAX)
      listed.created.push({ register, row, subject: subjectOf(register, item.after) })
    return
  }
  const fields = changedFields(item)
  if (fields.length > 0) {
    counted.changed++
    if (listed.changed.length < LISTED_MAX) listed.changed.push(changeOf(item, fields))
  } else if (item.row !== null) counted.same++
}

const inOrder = ({ all }: Faults) =>
  [...all].sort((a, b) => {
    const at = (one: typeof a) => (one.register === null ? -1 : REGISTERS.indexOf(one.register))
    return at(a) - at(b) || (a.row ?? 0) - (b.row ?? 0)
  })

/** Without `applied`, which only the end of the transaction tells. */
export const reportOf = async (
  { rows, faults, names, examples }: ReadFile,
  world: World,
  breathe: () => Promise<void>,
): Promise<Omit<ImportAnswer, 'dryRun' | 'applied'>> => {
  const listed: Listed = { created: [], changed: [] }
  const counts: ImportAnswer['counts'] = []
  for (const register of REGISTERS) {
    const counted: Counted = { created: 0, changed: 0, same: 0 }
    await eachRow(world[register].items, breathe, (item) => {
      if (item.row === null || !faults.isWrong(register, item.row)) countItem(item, counted, listed)
    })
    counts.push({
      ...{ register, rows: rows[register].length, ...counted },
      ...{ wrong: faults.wrongRows(register), examples: examples[register] },
    })
  }
  return {
    ...{ counts, problems: faults.count, ...listed },
    wrong: inOrder(faults)
      .slice(0, WRONG_LISTED_MAX)
      .map(({ register, row, subject, problem }) => ({
        ...{ register, row, subject, problem },
        sheetName: register === null ? '' : (names[register] ?? ''),
      })),
  }
}
