// What the board shows 看板数据: the snapshot goes into the live store, not into React, and stays as
// long as the console is open.

import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import type { Board, BoardItem, MeterDetail } from '../../../http/contract.ts'
import { call } from '../api/client.ts'
import type { Overview } from '../live/board-store.ts'
import { boardStore } from '../live/live.ts'

const boardKey = (complexId: number) => ['board', complexId] as const

/** Fetches the snapshot afresh; errors stand in the query's state. */
export const fetchBoard = (client: QueryClient, complexId: number): Promise<unknown> =>
  client.invalidateQueries({ queryKey: boardKey(complexId) })

/** Loads the board and says whether that worked. The data themselves are in `boardStore`. */
export const useBoardSnapshot = (complexId: number) => {
  const client = useQueryClient()
  const query = useQuery({
    queryKey: boardKey(complexId),
    queryFn: async () => {
      const board = await call<Board>('/board', { query: { complexId } })
      boardStore.replace(board)
      return board.asOf
    },
    // While nobody looks at the board, live changes still arrive and keep it whole.
    staleTime: 60_000,
  })
  return { error: query.error, refresh: () => fetchBoard(client, complexId) }
}

export const useOverview = (): Overview =>
  useSyncExternalStore(boardStore.subscribeOverview, boardStore.overview)

/** One cell; the caller is redrawn only when this meter changes. */
export const useBoardItem = (meterId: number): BoardItem | undefined => {
  const subscribe = useCallback(
    (listener: () => void) => boardStore.subscribeItem(meterId, listener),
    [meterId],
  )
  return useSyncExternalStore(subscribe, () => boardStore.item(meterId))
}

/** Where the board does not know the meter: two status rounds. */
const STALE_AFTER_MS = 360_000

/** How old a value of this meter may be: it is asked, or sends at its gateway's pace. */
export const staleAfterOf = (meterId: number): number =>
  boardStore.item(meterId)?.staleAfterMs ?? STALE_AFTER_MS

export const useMeterDetail = (complexId: number, meterId: number) =>
  useQuery({
    queryKey: ['meter', complexId, meterId],
    queryFn: () => call<MeterDetail>(`/meters/${meterId}`, { query: { complexId } }),
    refetchInterval: 15_000,
  })
