// Purchases 购电记录: each is watched until the meter has confirmed it or a person must decide.

import { useQuery } from '@tanstack/react-query'
import type { ListOf, Purchase } from '../../../http/contract.ts'
import { call, type Query } from '../api/client.ts'

export type PurchaseState = Purchase['state']

export const PURCHASE_STATES = [
  'QUEUED',
  'ARMED',
  'DELIVERED',
  'HOLD',
  'CANCELLED',
  'VOID',
] as const satisfies readonly PurchaseState[]

/** Nothing more happens to it by itself. */
export const isSettled = (state: PurchaseState): boolean => state !== 'QUEUED' && state !== 'ARMED'

const WATCH_MS = 1_000
const LIST_WATCH_MS = 10_000

export const listPurchases = (complexId: number, query: Query): Promise<ListOf<Purchase>> =>
  call<ListOf<Purchase>>('/purchases', { query: { complexId, ...query } })

/** The live line tells of changes; asking every second covers a line that is down. */
export const usePurchase = (purchaseId: string) =>
  useQuery({
    queryKey: ['purchase', purchaseId],
    queryFn: () => call<Purchase>(`/purchases/${purchaseId}`),
    refetchInterval: ({ state }) => (state.data && isSettled(state.data.state) ? false : WATCH_MS),
  })

export const useRecentPurchases = (complexId: number, query: Query) =>
  useQuery({
    queryKey: ['purchases', complexId, query],
    queryFn: () => listPurchases(complexId, query),
    refetchInterval: LIST_WATCH_MS,
  })
