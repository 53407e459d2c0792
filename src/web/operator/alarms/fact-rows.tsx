// What was measured when an alarm was raised 报警依据, in words and units. What no word is known for is
// shown by its name: it may be just what is needed.

import type { ReactNode } from 'react'
import { hasText, type Say } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { spanText } from './alarm-cells.tsx'

/** Shown by the subject already. */
const HIDDEN: readonly string[] = ['meterId', 'gatewayId', 'busId', 'buildingId', 'reasonEn']

const shown = (say: Say, name: string, value: string | number | boolean): ReactNode => {
  if (typeof value === 'string' && /(^at|At|[sS]ince)$/.test(name)) return <When at={value} />
  if (typeof value !== 'number') {
    const key = `alarms.value.${String(value)}`
    return hasText(key) ? say(key) : <Name>{String(value)}</Name>
  }
  if (name.endsWith('Fen')) return <Money fen={value} />
  if (name.endsWith('Wh')) return `${value / 1_000} kWh`
  if (name.endsWith('W')) return `${value} W`
  if (name.endsWith('Ms')) return spanText(say, Math.abs(value))
  if (name === 'delayS') return spanText(say, value * 1_000)
  return String(value)
}

export const factRows = (
  say: Say,
  facts: Readonly<Record<string, unknown>>,
): [string, ReactNode][] =>
  Object.entries(facts).flatMap(([name, value]): [string, ReactNode][] => {
    const isPlain =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    if (!isPlain || value === '' || HIDDEN.includes(name)) return []
    const key = `alarms.fact.${name}`
    return [[hasText(key) ? say(key) : name, shown(say, name, value)]]
  })
