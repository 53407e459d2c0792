// Batches 批量操作 from the server: the list, one with its meters, and what may be done to it.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { BatchGroup, BatchSummary, BatchView } from '../../../http/contract/batches.ts'
import type { FileAnswer } from '../../../http/contract/sheets.ts'
import type { ListOf } from '../../../http/contract.ts'
import { saveFile } from '../../ui/csv.ts'
import { call } from '../api/client.ts'

/** Asked again at once while something changes, then ever later: meters may be silent for long. */
const PAUSES_MS = [1_500, 1_500, 3_000, 6_000, 12_000] as const
const LIST_MS = 10_000
const RECENT = 50

export type Group = BatchGroup
export const BATCH_GROUPS = [
  'all',
  'open',
  'confirmed',
  'failed',
  'cancelled',
  'unknown',
] as const satisfies readonly Group[]
export const groupOf = (text: string | undefined): Group =>
  BATCH_GROUPS.find((known) => known === text) ?? 'all'

export const useBatches = (complexId: number) =>
  useQuery({
    queryKey: ['batches', complexId],
    queryFn: () => call<ListOf<BatchSummary>>('/batches', { query: { complexId, limit: RECENT } }),
    refetchInterval: LIST_MS,
  })

export const useBatch = (complexId: number, batchId: string, group: Group, limit: number) => {
  /** The last answer that was not as the one before it, and which answer it was. */
  const news = useRef<{ view: BatchView | undefined; at: number }>({ view: undefined, at: 0 })
  return useQuery({
    queryKey: ['batch', batchId, group, limit],
    queryFn: () => call<BatchView>(`/batches/${batchId}`, { query: { complexId, group, limit } }),
    placeholderData: (previous) => previous,
    refetchInterval: ({ state: { data, dataUpdateCount } }) => {
      if (data !== news.current.view) news.current = { view: data, at: dataUpdateCount }
      const last = PAUSES_MS.length - 1
      const pauseMs = PAUSES_MS[Math.min(last, dataUpdateCount - news.current.at)]
      return data?.endedAt === null && pauseMs !== undefined ? pauseMs : false
    },
  })
}

export type BatchAct = 'pause' | 'resume' | 'stop'

export const useBatchAct = (complexId: number, batchId: string) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (act: BatchAct) =>
      call<BatchSummary>(`/batches/${batchId}/${act}`, { method: 'POST', query: { complexId } }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['batch', batchId] })
      void client.invalidateQueries({ queryKey: ['batches'] })
    },
  })
}

export const useResults = (complexId: number, batchId: string) =>
  useMutation({
    mutationFn: () => call<FileAnswer>(`/batches/${batchId}/results`, { query: { complexId } }),
    onSuccess: saveFile,
  })
