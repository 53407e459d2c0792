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

/** What is read together stands together; the rest follows as it was stored. */
const FIRST: readonly string[] = [
  ...['cover', 'openedAt', 'closedAt', 'lastSeen', 'notedAt', 'times'],
  ...['firstDay', 'lastDay', 'mainWh', 'subsWh', 'lossWh', 'subs'],
  ...['usedWh', 'usedSince'],
]
const placeOf = (name: string): number => {
  const place = FIRST.indexOf(name)
  return place < 0 ? FIRST.length : place
}

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

const inOrder = (facts: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(facts).sort(([a], [b]) => placeOf(a) - placeOf(b))

export const factRows = (
  say: Say,
  facts: Readonly<Record<string, unknown>>,
): [string, ReactNode][] =>
  inOrder(facts).flatMap(([name, value]): [string, ReactNode][] => {
    const isPlain =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    if (!isPlain || value === '' || HIDDEN.includes(name)) return []
    const key = `alarms.fact.${name}`
    return [[hasText(key) ? say(key) : name, shown(say, name, value)]]
  })
