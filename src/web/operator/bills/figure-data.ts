// Figures that are read once a month 月度计量, from the server, and as they are typed.

import { useQuery } from '@tanstack/react-query'
import type {
  MonthFigure,
  MonthFigures,
  MonthFiguresSaved,
} from '../../../http/contract/month-figures.ts'
import { typedKwh, whOf } from '../../ui/money-text.ts'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'

export const useMonthFigures = (complexId: number, month: string | undefined) =>
  useQuery({
    queryKey: ['monthFigures', complexId, month],
    queryFn: () => call<MonthFigures>('/month-figures', { query: { complexId, month } }),
  })

export const useSaveFigures = () =>
  useAct<MonthFiguresSaved, MonthFigures>('/month-figures', {
    method: 'PUT',
    renews: [['monthFigures'], ['bill']],
  })

/** kW and kvarh as text, three decimals at most. */
export type TypedFigure = { maxDemand: string; reactive: string }

const typed = (thousandths: number | null): string =>
  thousandths === null ? '' : typedKwh(thousandths)

export const typedOf = ({ maxDemandW, reactiveVarh }: MonthFigure): TypedFigure => ({
  maxDemand: typed(maxDemandW),
  reactive: typed(reactiveVarh),
})

export type ReadFigure = { ok: true; value: number | null } | { ok: false }

/** An empty field takes the figure back. */
export const readFigure = (text: string): ReadFigure => {
  if (text.trim() === '') return { ok: true, value: null }
  const value = whOf(text)
  return value === null ? { ok: false } : { ok: true, value }
}

type Item = MonthFiguresSaved['items'][number]

/** What was changed; null where a figure can't be read. */
export const changedItem = (figure: MonthFigure, now: TypedFigure): Item | 'same' | null => {
  const demand = readFigure(now.maxDemand)
  const reactive = readFigure(now.reactive)
  if (!demand.ok || !reactive.ok) return null
  const item: Item = {
    supplyId: figure.supplyId,
    ...(demand.value === figure.maxDemandW ? {} : { maxDemandW: demand.value }),
    ...(reactive.value === figure.reactiveVarh ? {} : { reactiveVarh: reactive.value }),
  }
  return Object.keys(item).length === 1 ? 'same' : item
}
