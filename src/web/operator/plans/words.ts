// Places and values of a definition in words 方案用语, PURE: paths are those of its JSON.

import { hasText, type Say } from '../../text/i18n.ts'
import { kwhText, priceText, typedPercent, yuanText } from '../../ui/money-text.ts'
import { clockOf } from './plan-draft.ts'

const wordOf = (part: string, say: Say): string => {
  if (/^\d+$/.test(part)) return String(Number(part) + 1)
  for (const key of [`period.${part}`, `plan.part.${part}`, `dayType.${part}`]) {
    if (hasText(key)) return say(key)
  }
  return part
}

/** `prices.peak.priceE8` → 电价 · 峰 · 单价. */
export const placeText = (path: string, say: Say): string =>
  path
    .split('.')
    .map((part) => wordOf(part, say))
    .join(' · ')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const figureText = (path: string, value: number): string => {
  if (/(E8|components\.\w+)$/.test(path)) return priceText(value)
  if (path.endsWith('rateE6')) return `${typedPercent(value)} %`
  if (path.endsWith('Wh')) return `${kwhText(value)} kWh`
  if (path.endsWith('Fen')) return `¥ ${yuanText(value)}`
  return path.endsWith('atMinute') ? clockOf(value) : String(value)
}

const recordText = (path: string, value: Record<string, unknown>, say: Say): string => {
  const { from, to } = value
  if (typeof from === 'string' && typeof to === 'string') return `${from} – ${to}`
  return Object.entries(value)
    .map(([key, each]) => {
      const text = valueText(`${path}.${key}`, each, say)
      return key === 'atMinute' || key === 'period' ? text : `${wordOf(key, say)} ${text}`
    })
    .join(' ')
}

/** A value of a change, short enough for a cell; nothing is a dash. */
export const valueText = (path: string, value: unknown, say: Say): string => {
  if (value === null || value === undefined) return '—'
  if (typeof value === 'number') return figureText(path, value)
  if (Array.isArray(value)) {
    return value.map((each: unknown, index) => valueText(`${path}.${index}`, each, say)).join(', ')
  }
  if (isRecord(value)) return recordText(path, value, say)
  const text = String(value)
  const key = `plan.value.${text}`
  return hasText(key) ? say(key) : wordOf(text, say)
}
