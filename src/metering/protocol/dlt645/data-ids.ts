// Data identifiers 数据标识: finds what an identifier names and how its bytes are written. The
// tables are data; two-letter tokens in a pattern stand for a tariff, a phase, a past moment.

import { must } from '../../../shared/assert.ts'
import type { Words } from '../../../shared/words.ts'
import { ENERGY_IDS } from './data-ids/energy.ts'
import { FREEZE_IDS } from './data-ids/freezes.ts'
import { INSTANT_IDS } from './data-ids/instant.ts'
import { PARAMETER_IDS } from './data-ids/parameters.ts'
import { RECORD_IDS } from './data-ids/records.ts'
import type { DataIdRow } from './data-ids/row.ts'
import { TARIFF_TABLE_IDS } from './data-ids/tariff-tables.ts'
import { bytesOfDigits, digitsOf } from './digits.ts'
import { type Format, list } from './format.ts'

/** An item of a meter: identifier as written (`00900200`), name, format. */
export type DataItem = Words & { readonly id: string; readonly format: Format }

export const DATA_ID_ROWS: readonly DataIdRow[] = [
  ...ENERGY_IDS,
  ...INSTANT_IDS,
  ...PARAMETER_IDS,
  ...TARIFF_TABLE_IDS,
  ...RECORD_IDS,
  ...FREEZE_IDS,
]

type Token = { from: number; to: number; block: boolean; name: (n: number) => Words }

const TARIFF_NAMES: readonly Words[] = [
  { zh: '总', en: 'total' },
  { zh: '费率1(尖)', en: 'tariff 1 (sharp)' },
  { zh: '费率2(峰)', en: 'tariff 2 (peak)' },
  { zh: '费率3(平)', en: 'tariff 3 (flat)' },
  { zh: '费率4(谷)', en: 'tariff 4 (valley)' },
]
const PHASE_NAMES: readonly Words[] = [
  { zh: '总', en: 'total' },
  { zh: 'A相', en: 'phase A' },
  { zh: 'B相', en: 'phase B' },
  { zh: 'C相', en: 'phase C' },
]
const numbered = (zh: string, en: string) => (n: number) => ({ zh: `${zh}${n}`, en: `${en} ${n}` })
const phase = (n: number) => must(PHASE_NAMES[n], 'a phase number')

/** Tokens are made of letters that are no hexadecimal digits. */
const TOKENS: ReadonlyMap<string, Token> = new Map([
  [
    'TT',
    {
      from: 0,
      to: 0x3f,
      block: true,
      name: (n) => TARIFF_NAMES[n] ?? numbered('费率', 'tariff')(n),
    },
  ],
  [
    'HH',
    {
      from: 0,
      to: 0x0c,
      block: true,
      name: (n) =>
        n === 0 ? { zh: '当前', en: 'now' } : { zh: `上${n}结算日`, en: `settlement ${n} back` },
    },
  ],
  ['PP', { from: 1, to: 3, block: true, name: phase }],
  ['QQ', { from: 0, to: 3, block: true, name: phase }],
  ['NN', { from: 1, to: 0x0a, block: false, name: numbered('上', 'last') }],
  ['KK', { from: 1, to: 0xfe, block: false, name: numbered('第', 'number') }],
])

const BLOCK = 0xff
const BLOCK_NAME: Words = { zh: '数据块', en: 'block' }

type Matched = { qualifiers: Words[]; blocks: number[] }

const matchPart = (pattern: string, part: string, matched: Matched): boolean => {
  const token = TOKENS.get(pattern)
  if (token === undefined) return pattern === part
  const n = Number.parseInt(part, 16)
  if (n === BLOCK && token.block) {
    matched.qualifiers.push(BLOCK_NAME)
    matched.blocks.push(token.to - token.from + 1)
    return true
  }
  if (n < token.from || n > token.to) return false
  matched.qualifiers.push(token.name(n))
  return true
}

const parts = (text: string): readonly string[] => text.match(/../g) ?? []

const itemOf = (row: DataIdRow, id: string): DataItem | null => {
  const matched: Matched = { qualifiers: [], blocks: [] }
  const idParts = parts(id)
  const fits = parts(row.id).every((pattern, i) => matchPart(pattern, idParts[i] ?? '', matched))
  if (!fits) return null
  const max = matched.blocks.reduce((product, n) => product * n, 1)
  return {
    id,
    zh: [row.zh, ...matched.qualifiers.map((q) => q.zh)].join(' · '),
    en: [row.en, ...matched.qualifiers.map((q) => q.en)].join(', '),
    format: matched.blocks.length === 0 ? row.format : list(row.format, max),
  }
}

/** What an identifier names; null for one that is in no table (a maker's own, for instance). */
export const dataItem = (id: string): DataItem | null => {
  for (const row of DATA_ID_ROWS) {
    const item = itemOf(row, id)
    if (item !== null) return item
  }
  return null
}

export const isDataId = (id: string): boolean => /^[0-9A-F]{8}$/.test(id)

/** `"00900200"` → `00 02 90 00`. */
export const dataIdBytes = (id: string): Buffer => bytesOfDigits(id)

export const dataIdOf = (bytes: Uint8Array): string => digitsOf(bytes)
