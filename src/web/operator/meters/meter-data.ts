// Meters as they are collected 电表采集 and their readings, from the server.

import { useQuery } from '@tanstack/react-query'
import type { MeterCollection, MeterList } from '../../../http/contract/collection.ts'
import type { Reading, ReadingStep } from '../../../http/contract/readings.ts'
import type { ListOf } from '../../../http/contract.ts'
import { serverNow } from '../../ui/clock.ts'
import { call, type Query } from '../api/client.ts'

const ASK_AGAIN_MS = 15_000
const DAY_MS = 24 * 3_600_000

export const listMeters = (complexId: number, query: Query): Promise<MeterList> =>
  call<MeterList>('/meters', { query: { complexId, ...query } })

export const useMeterCollection = (complexId: number, meterId: number) =>
  useQuery({
    queryKey: ['meterCollection', complexId, meterId],
    queryFn: () => call<MeterCollection>(`/meters/${meterId}/collection`, { query: { complexId } }),
    refetchInterval: ASK_AGAIN_MS,
  })

export const SPANS = ['day', 'week', 'month', 'year'] as const
export type ReadingSpan = (typeof SPANS)[number]
const SPAN_MS: Readonly<Record<ReadingSpan, number>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 31 * DAY_MS,
  year: 366 * DAY_MS,
}

export const useReadings = (
  complexId: number,
  meterId: number,
  asked: { step: ReadingStep; span: ReadingSpan },
) =>
  useQuery({
    queryKey: ['readings', complexId, meterId, asked],
    queryFn: () => {
      const from = new Date(serverNow() - SPAN_MS[asked.span]).toISOString()
      const query = { complexId, step: asked.step, from, limit: 5_000 }
      return call<ListOf<Reading>>(`/meters/${meterId}/readings`, { query })
    },
    refetchInterval: 60_000,
  })
