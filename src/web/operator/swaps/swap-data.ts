// Meter swaps 换表 and lists that come from elsewhere, from the server.

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { MeterItem } from '../../../http/contract/collection.ts'
import type { FileAnswer, SheetAnswer, SheetFile } from '../../../http/contract/sheets.ts'
import type { Swap, SwapRequest } from '../../../http/contract/swap.ts'
import type { ListOf } from '../../../http/contract.ts'
import type { Method } from '../../ui/methods.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'
import { listMeters } from '../meters/meter-data.ts'

const WATCH_MS = 2_000

export const SWAP_STATES = [
  'taking',
  'opening',
  'done',
  'cancelled',
] as const satisfies readonly Swap['state'][]

export const listSwaps = (complexId: number, query: Query): Promise<ListOf<Swap>> =>
  call<ListOf<Swap>>('/swaps', { query: { complexId, ...query } })

const hasEnded = (state: Swap['state']): boolean => state === 'done' || state === 'cancelled'

export const useSwap = (complexId: number, swapId: string) =>
  useQuery({
    queryKey: ['swaps', complexId, swapId],
    queryFn: () => call<Swap>(`/swaps/${swapId}`, { query: { complexId } }),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.state) ? false : WATCH_MS),
  })

const FOUND_MAX = 20

/** Meters that hang nowhere and may be used, by the end of a number. */
export const useFreeMeters = (complexId: number, search: string) =>
  useQuery({
    queryKey: ['freeMeters', complexId, search],
    queryFn: async (): Promise<readonly MeterItem[]> =>
      (await listMeters(complexId, { stock: 'free', search, limit: FOUND_MAX })).items,
    placeholderData: keepPreviousData,
  })

/** Meters at a point: what a swap can take away. */
export const useHungMeters = (complexId: number, search: string) =>
  useQuery({
    queryKey: ['hungMeters', complexId, search],
    queryFn: async (): Promise<readonly MeterItem[]> =>
      (await listMeters(complexId, { stock: 'hung', search, limit: FOUND_MAX })).items,
    placeholderData: keepPreviousData,
  })

export const useSwapMeter = (complexId: number, pointId: number) =>
  useAct<SwapRequest, Swap>(`/points/${pointId}/swap`, {
    query: { complexId },
    renews: [
      ['swaps'],
      ['account'],
      ['accounts'],
      ['meterCollection'],
      ['freeMeters'],
      ['hungMeters'],
    ],
  })

export const useCancelSwap = (complexId: number, swapId: string) =>
  useAct<{ reason: string }, Swap>(`/swaps/${swapId}/cancel`, {
    query: { complexId },
    renews: [['swaps']],
  })

export const LISTS = ['swaps', 'accounts', 'bulk-open'] as const
export type List = (typeof LISTS)[number]

export const isList = (text: string | undefined): text is List =>
  LISTS.some((list) => list === text)

const PATHS: Record<List, string> = {
  swaps: '/swaps/bulk',
  accounts: '/imports/accounts',
  'bulk-open': '/accounts/bulk-open',
}

export type SheetBody = {
  complexId: number
  sheet: SheetFile
  note?: string
  method?: Method
  dryRun?: boolean
}

export const useSheet = (list: List) =>
  useAct<SheetBody, SheetAnswer>(PATHS[list], {
    renews: [['swaps'], ['accounts'], ['sales']],
  })

export const fetchTemplate = (list: List, language: string): Promise<FileAnswer> =>
  call<FileAnswer>(`/imports/${list}/template`, { query: { language } })
