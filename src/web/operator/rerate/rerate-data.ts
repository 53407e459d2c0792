// Changes of the past 追溯重算, from the server.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  ApplyRerate,
  MonthPriceSheet,
  MonthPricesRead,
  PreviewRerate,
  ProvisionalPrices,
  Rerate,
  RerateDetail,
  RerateSheet,
  RerateStatement,
} from '../../../http/contract/rerate.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'

export const RERATE_KINDS = [
  'price',
  'monthPrice',
  'assignment',
  'calendar',
  'multiplier',
  'reading',
] as const satisfies readonly Rerate['kind'][]
export const RERATE_STATES = [
  'previewed',
  'posting',
  'posted',
  'dropped',
] as const satisfies readonly Rerate['state'][]

const HEAR_MS = 2_000
const RENEWS = [['rerate'], ['rerates']]
/** What is charged changes with it. */
const CHARGES = [...RENEWS, ['plans'], ['supplyPlans'], ['account'], ['bill'], ['approvals']]

export const listRerates = (complexId: number, query: Query): Promise<ListOf<Rerate>> =>
  call<ListOf<Rerate>>('/rerate', { query: { complexId, ...query } })

/** Asked for again while somebody decides, and while it is posted. */
export const useRerate = (complexId: number, id: string) =>
  useQuery({
    queryKey: ['rerate', id],
    queryFn: () => call<RerateDetail>(`/rerate/${id}`, { query: { complexId } }),
    refetchInterval: ({ state: { data } }) => {
      const waits = data?.state === 'posting' || data?.approval?.state === 'open'
      return waits ? HEAR_MS : false
    },
  })

export const useStatement = (complexId: number, id: string, accountId: string) =>
  useQuery({
    queryKey: ['rerate', id, 'account', accountId],
    queryFn: () =>
      call<RerateStatement>(`/rerate/${id}/statement`, { query: { complexId, accountId } }),
  })

export const usePreviewPast = () =>
  useAct<PreviewRerate, RerateDetail>('/rerate/preview', { renews: RENEWS })

export const useApplyPast = () =>
  useAct<Static<typeof ApplyRerate>, Rerate>('/rerate', { renews: CHARGES })

export const useDropPast = (id: string) =>
  useAct<undefined, Rerate>(`/rerate/${id}`, { method: 'DELETE', renews: RENEWS })

export const fetchSheet = (id: string, table: 'months' | 'lines') =>
  call<Static<typeof RerateSheet>>(`/rerate/${id}/sheet`, { query: { table } })

export const useProvisionalPrices = (complexId: number, month: string) =>
  useQuery({
    queryKey: ['monthPrices', complexId, month],
    queryFn: () =>
      call<ProvisionalPrices>('/month-prices', {
        query: { complexId, ...(month === '' ? {} : { month }) },
      }),
  })

export const useMonthPriceSheet = () =>
  useAct<Static<typeof MonthPriceSheet>, MonthPricesRead>('/month-prices/sheet')
