// Values of the registers as they stand in a sheet 单元格: the same in an export, a template and the
// report of what changes. PURE.

import type { Register } from '../../http/contract/imports.ts'
import type { Words } from '../../shared/words.ts'
import type { Column } from '../sheet.ts'
import { SHEETS } from './columns.ts'
import type { Value } from './items.ts'

const WH_DECIMALS = 3
const DM2_DECIMALS = 2
const HIDDEN = '••••••'

/** Whole units of 10^-decimals as decimal text, without needless zeros. */
const decimalText = (units: number, decimals: number): string => {
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0')
  const part = digits.slice(-decimals).replace(/0+$/, '')
  return `${units < 0 ? '-' : ''}${digits.slice(0, -decimals)}${part === '' ? '' : `.${part}`}`
}

/** In one language: a number where people reckon with it, else a text. */
export const cellOf = (column: Column, value: Value, language: 'zh' | 'en'): string | number => {
  if (column.field === 'secret') return HIDDEN
  switch (column.kind) {
    case 'kwh':
      return decimalText(Number(value), WH_DECIMALS)
    case 'area':
      return decimalText(Number(value), DM2_DECIMALS)
    case 'whole':
      return Number(value)
    case 'yes':
      return { zh: ['否', '是'], en: ['No', 'Yes'] }[language][value === true ? 1 : 0] ?? ''
    case 'choice':
    case 'word': {
      const choice = column.choices?.find((one) => one.value === value)
      return choice?.[language] ?? String(value)
    }
    default:
      return String(value)
  }
}

export const wordsOf = (
  register: Register,
  field: string,
  value: Value | undefined,
): Words | null => {
  const column = SHEETS[register].columns.find((one) => one.field === field)
  if (column === undefined || value === undefined) return null
  return { zh: String(cellOf(column, value, 'zh')), en: String(cellOf(column, value, 'en')) }
}
