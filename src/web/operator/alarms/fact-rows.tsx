// What was measured when an alarm was raised 报警依据, in words and units.

import type { ReactNode } from 'react'
import { factName, factValue, type PlainFact, plainFacts } from '../../../shared/alarm-facts.ts'
import type { Language, Say } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { spanText } from './alarm-cells.tsx'

const shown = (say: Say, language: Language, ...[name, value]: PlainFact): ReactNode => {
  if (typeof value === 'string' && /(^at|At|[sS]ince)$/.test(name)) return <When at={value} />
  if (typeof value !== 'number') return <Name>{factValue(String(value), language)}</Name>
  if (name.endsWith('Fen')) return <Money fen={value} />
  if (name.endsWith('Wh')) return `${value / 1_000} kWh`
  if (name.endsWith('W')) return `${value} W`
  if (name.endsWith('Ms')) return spanText(say, Math.abs(value))
  if (name === 'delayS') return spanText(say, value * 1_000)
  return String(value)
}

export const factRows = (
  say: Say,
  language: Language,
  facts: Readonly<Record<string, unknown>>,
): [string, ReactNode][] =>
  plainFacts(facts, language).map(([name, value]) => [
    factName(name, language),
    shown(say, language, name, value),
  ])
