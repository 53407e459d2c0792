// Prices in meters 表内电价 from the server, and pushing them.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { MeterPriceRow, MeterPrices, PriceMatch } from '../../../http/contract/meter-prices.ts'
import type { ListOf } from '../../../http/contract.ts'
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

export const useMeterPrices = (complexId: number, meterId: number) =>
  useQuery({
    queryKey: ['meterPrices', complexId, meterId],
    queryFn: () => call<Prices>(`/meters/${meterId}/prices`, { query: { complexId } }),
    refetchInterval: ASK_AGAIN_MS,
  })
