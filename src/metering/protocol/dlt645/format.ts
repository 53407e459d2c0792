// Formats 数据格式: how the bytes of a data item are written, as data from a closed list, so that
// tables of items hold no functions. `value.ts` is the one decoder that reads them all.

import type { Words } from '../../../shared/words.ts'
import { layoutTokens, type TimeLayout } from './calendar.ts'

export const UNITS = {
  none: { zh: '', en: '' },
  kWh: { zh: 'kWh', en: 'kWh' },
  kvarh: { zh: 'kvarh', en: 'kvarh' },
  kVAh: { zh: 'kVAh', en: 'kVAh' },
  yuan: { zh: '元', en: 'yuan' },
  yuanPerKWh: { zh: '元/kWh', en: 'yuan/kWh' },
  V: { zh: 'V', en: 'V' },
  A: { zh: 'A', en: 'A' },
  kW: { zh: 'kW', en: 'kW' },
  kvar: { zh: 'kvar', en: 'kvar' },
  kVA: { zh: 'kVA', en: 'kVA' },
  Hz: { zh: 'Hz', en: 'Hz' },
  degree: { zh: '°', en: '°' },
  celsius: { zh: '℃', en: '°C' },
  percent: { zh: '%', en: '%' },
  minute: { zh: '分钟', en: 'min' },
  second: { zh: '秒', en: 's' },
  times: { zh: '次', en: 'times' },
} as const satisfies Record<string, Words>

export type Unit = keyof typeof UNITS

/** What a bit, or a group of adjacent bits, of a status word says by its value. */
export type Bit = Words & { at: number; width: 1 | 2; states: readonly Words[] }

export type NumberFormat = {
  kind: 'number'
  code: 'bcd' | 'binary'
  bytes: number
  decimals: number
  unit: Unit
  signed: boolean
}
export type Field = Words & { format: Format }
export type Format =
  | NumberFormat
  | { kind: 'bits'; bytes: number; bits: readonly Bit[] }
  | { kind: 'time'; layout: TimeLayout }
  /** A number that is a name: address, customer number, operator code, data identifier. */
  | { kind: 'digits'; bytes: number }
  | { kind: 'ascii'; bytes: number }
  | { kind: 'choice'; choices: readonly (Words & { code: number })[] }
  /** Uninterpreted; `bytes: null` takes all that is left. Shown as sent, not reversed. */
  | { kind: 'raw'; bytes: number | null }
  | { kind: 'record'; fields: readonly Field[] }
  /** As many as were sent: meters answer a block with the tariffs they have. */
  | { kind: 'list'; of: Format; max: number }

export const bcd = (bytes: number, decimals = 0, unit: Unit = 'none'): NumberFormat => ({
  kind: 'number',
  code: 'bcd',
  bytes,
  decimals,
  unit,
  signed: false,
})
export const signedBcd = (bytes: number, decimals: number, unit: Unit): NumberFormat => ({
  ...bcd(bytes, decimals, unit),
  signed: true,
})
export const binary = (bytes: number, decimals = 0, unit: Unit = 'none'): NumberFormat => ({
  ...bcd(bytes, decimals, unit),
  code: 'binary',
})
export const bits = (bytes: number, named: readonly Bit[]): Format => ({
  kind: 'bits',
  bytes,
  bits: named,
})
export const time = (layout: TimeLayout): Format => ({ kind: 'time', layout })
export const digits = (bytes: number): Format => ({ kind: 'digits', bytes })
export const ascii = (bytes: number): Format => ({ kind: 'ascii', bytes })
export const choice = (choices: readonly (Words & { code: number })[]): Format => ({
  kind: 'choice',
  choices,
})
export const raw = (bytes: number | null = null): Format => ({ kind: 'raw', bytes })
export const field = (zh: string, en: string, format: Format): Field => ({ zh, en, format })
export const record = (...fields: Field[]): Format => ({ kind: 'record', fields })
export const list = (of: Format, max: number): Format => ({ kind: 'list', of, max })

/** Bytes of one item; null where only the answer tells. */
export const formatBytes = (format: Format): number | null => {
  switch (format.kind) {
    case 'time':
      return layoutTokens(format.layout).length
    case 'choice':
      return 1
    case 'list':
      return null
    case 'record': {
      const sizes = format.fields.map((f) => formatBytes(f.format))
      return sizes.reduce((sum, n) => (sum === null || n === null ? null : sum + n), 0)
    }
    default:
      return format.bytes
  }
}

/** The most bytes an answer can carry for one item; `otherwise` where the format sets no limit. */
export const formatBytesMax = (format: Format, otherwise: number): number => {
  if (format.kind !== 'list') return formatBytes(format) ?? otherwise
  return format.max * formatBytesMax(format.of, otherwise)
}
