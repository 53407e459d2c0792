// The sheets of the registers as they go out 档案导出: what there is, in the form in which it comes
// back unchanged; and the same sheets empty, with examples and what each column means.

import type { Register } from '../../http/contract/imports.ts'
import type { WrittenSheet } from '../../ports/sheets.ts'
import type { Language } from '../../shared/words.ts'
import { cellOf } from './cell-text.ts'
import { columnsOf, type RegisterColumn, SHEETS } from './columns.ts'
import { EXAMPLES } from './examples.ts'
import { eachRow, type Item, type Values, type World } from './items.ts'
import { PointsAt } from './judge-places.ts'
import { NOTES } from './read-file.ts'

const SPARE_ROWS = 100

export const headingsOf = (register: Register, language: Language): string[] =>
  columnsOf(register).map((column) =>
    column.required ? `${column[language]} *` : column[language],
  )

const rowOf = (register: Register, values: Values, language: Language): (string | number)[] =>
  columnsOf(register).map((column) => {
    const value = values[column.field]
    return value === undefined ? '' : cellOf(column, value, language)
  })

/** Where a point's place and name fit several, its id stands in the meter's row too. */
const meterValues = (there: PointsAt, { at, after }: Item): Values => {
  if (!at || at.id === null) return after
  const [found, another] = there.find(at.parent, at.after.kind, at.after.name)
  return found === at && !another ? after : { ...after, pointId: at.id }
}

/** What there is. Secrets stay inside. */
export const exportedSheets = async (
  world: World,
  registers: readonly Register[],
  language: Language,
  breathe: () => Promise<void>,
): Promise<WrittenSheet[]> => {
  const there = new PointsAt()
  await eachRow(world.points.items, breathe, (point) => there.add(point))
  const sheets: WrittenSheet[] = []
  for (const register of registers) {
    const rows: (string | number)[][] = [headingsOf(register, language)]
    await eachRow(world[register].items, breathe, (item) => {
      const values = register === 'meters' ? meterValues(there, item) : item.after
      rows.push(rowOf(register, values, language))
    })
    sheets.push({ name: SHEETS[register][language], rows })
  }
  return sheets
}

const HEADS = {
  zh: ['工作表', '列', '必填', '说明'],
  en: ['Sheet', 'Column', 'Needed', 'What stands there'],
} as const
const EXAMPLES_SAID = {
  zh: '名称以“示例”或 EXAMPLE 开头的行只作示范，导入时跳过',
  en: 'Rows whose name begins with 示例 or EXAMPLE show how it is done and are left out',
}

/** What a column takes, beside what is said of it. */
const meaningOf = (column: RegisterColumn, language: Language): string => {
  const { kind, min, max, choices, note } = column
  const said = note ? [note[language]] : []
  if (choices) return [choices.map((one) => one[language]).join(' / '), ...said].join('；')
  if (kind === 'whole' && min !== undefined && max !== undefined)
    return [`${min}–${max}`, ...said].join('；')
  if (kind === 'yes') return [language === 'zh' ? '是 / 否' : 'Yes / No', ...said].join('；')
  return said.join('')
}

const notes = (registers: readonly Register[], language: Language): WrittenSheet => ({
  name: NOTES[language],
  rows: [
    [...HEADS[language]],
    ['', '', '', EXAMPLES_SAID[language]],
    ...registers.flatMap((register) =>
      columnsOf(register).map((column) => [
        ...[SHEETS[register][language], column[language]],
        column.required ? '*' : '',
        meaningOf(column, language),
      ]),
    ),
  ],
})

/** Empty, with examples; what each column takes on a sheet of its own. */
export const templateSheets = (
  registers: readonly Register[],
  language: Language,
): WrittenSheet[] => [
  notes(registers, language),
  ...registers.map((register) => ({
    name: SHEETS[register][language],
    rows: [
      headingsOf(register, language),
      ...EXAMPLES[register].map((values) => rowOf(register, values[language], language)),
    ],
    spareRows: SPARE_ROWS,
  })),
]
