// The service fee as it is typed 服务费输入. Pure: per cent with one decimal become whole thousandths.

import type { SetServiceFee } from '../../../http/contract/fees.ts'

export const KINDS = ['none', 'permille', 'fixed'] as const
export type FeeText = { kind: (typeof KINDS)[number]; yuan: string; percent: string }

const PERMILLE_MAX = 200

export const permilleText = (permille: number): string => {
  const digits = permille.toString().padStart(2, '0')
  return `${digits.slice(0, -1)}.${digits.slice(-1)}`.replace(/\.0$/, '')
}

const permilleOf = (percent: string): number | null => {
  const [, whole = '', part = '0'] = /^(\d{1,2})(?:\.(\d))?$/.exec(percent.trim()) ?? []
  return whole === '' ? null : Number(whole + part)
}

/** Undefined where it is no fee yet. */
export const feeOf = (
  text: FeeText,
  fen: number | null,
): SetServiceFee['serviceFee'] | undefined => {
  if (text.kind === 'none') return null
  if (text.kind === 'fixed') return fen === null || fen < 1 ? undefined : { kind: 'fixed', fen }
  const permille = permilleOf(text.percent)
  const fits = permille !== null && permille >= 1 && permille <= PERMILLE_MAX
  return fits ? { kind: 'permille', permille } : undefined
}
