// Prices in meters 表内电价 from the server, and pushing them.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  MeterPriceRow,
  MeterPrices,
  PriceMatch,
  PricesReadAsked,
} from '../../../http/contract/meter-prices.ts'
import type { ListOf } from '../../../http/contract.ts'
import { serverNow, timeOf } from '../../ui/clock.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'

export type Match = Static<typeof PriceMatch>
export type Prices = Static<typeof MeterPrices>

export const MATCHES = [
  'differs',
  'waiting',
  'matches',
  'unknown',
  'unsupported',
] as const satisfies readonly Match[]

const ASK_AGAIN_MS = 15_000
export const PRICES_REFRESH_MS = ASK_AGAIN_MS

export const listMeterPrices = (complexId: number, query: Query) =>
  call<ListOf<MeterPriceRow>>('/meter-prices', { query: { complexId, ...query } })

/** Until the tables of this asking have come, or nobody waits any longer. */
const HEAR_MS = 2_000
const WAIT_MS = 120_000

export const useReadPrices = (complexId: number, meterId: number) =>
  useAct<undefined, PricesReadAsked>(`/meters/${meterId}/prices/read`, { query: { complexId } })

export const isAwaited = (askedAt: string | null, readAt: string | null): boolean =>
  askedAt !== null &&
  (timeOf(readAt) ?? 0) < (timeOf(askedAt) ?? 0) &&
  (timeOf(askedAt) ?? 0) + WAIT_MS > serverNow()

export const useMeterPrices = (complexId: number, meterId: number, askedAt: string | null = null) =>
  useQuery({
    queryKey: ['meterPrices', complexId, meterId],
    queryFn: () => call<Prices>(`/meters/${meterId}/prices`, { query: { complexId } }),
    refetchInterval: ({ state: { data } }) =>
      isAwaited(askedAt, data?.readAt ?? null) ? HEAR_MS : ASK_AGAIN_MS,
  })
