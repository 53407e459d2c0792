// Rounds of reading on demand 立即抄表: begun with a request id of their own, followed by the live line
// and by asking again, until the last meter has answered or was given up.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import type {
  ReadRound,
  ReadRoundRequest,
  ReadRoundSummary,
} from '../../../http/contract/rounds.ts'
import type { ListOf } from '../../../http/contract.ts'
import { NETWORK, problemOf } from '../../ui/problem.tsx'
import { call, newRequestId } from '../api/client.ts'

const WHILE_RUNNING_MS = 2_000
const RECENT = 20
export const GROUPS = ['all', 'open', 'read', 'failed', 'cancelled'] as const
export type Group = (typeof GROUPS)[number]

export type Asked = Omit<ReadRoundRequest, 'complexId'>

/** Begins rounds; unless it stays, the console goes to the page of the round. */
export const useStartRound = (complexId: number, { stay = false }: { stay?: boolean } = {}) => {
  const client = useQueryClient()
  const navigate = useNavigate()
  // Kept until an answer came, so that a retry after a broken line is the same request.
  const requestId = useRef(newRequestId())
  const begin = useMutation({
    mutationFn: (asked: Asked) =>
      call<ReadRound>('/read-rounds', {
        method: 'POST',
        requestId: requestId.current,
        body: { complexId, ...asked },
      }),
    onSuccess: ({ readRoundId }) => {
      requestId.current = newRequestId()
      void client.invalidateQueries({ queryKey: ['rounds'] })
      if (!stay) void navigate({ to: '/read-rounds', search: { round: readRoundId } })
    },
    onError: (error) => {
      if (problemOf(error).code !== NETWORK) requestId.current = newRequestId()
    },
  })
  return {
    start: (asked: Asked, onError: (error: unknown) => void) => begin.mutate(asked, { onError }),
    isPending: begin.isPending,
    error: begin.error,
    roundId: begin.data?.readRoundId ?? null,
  }
}

export const useRound = (complexId: number, roundId: string, group: Group, limit: number) => {
  const client = useQueryClient()
  return useQuery({
    queryKey: ['round', roundId, group, limit],
    queryFn: async () => {
      const query = { complexId, group, limit }
      const round = await call<ReadRound>(`/read-rounds/${roundId}`, { query })
      if (round.endedAt !== null)
        for (const key of ['meterCollection', 'readings'])
          void client.invalidateQueries({ queryKey: [key] })
      return round
    },
    placeholderData: (previous) => previous,
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? WHILE_RUNNING_MS : false),
  })
}

export const useRounds = (complexId: number) =>
  useQuery({
    queryKey: ['rounds', complexId],
    queryFn: () =>
      call<ListOf<ReadRoundSummary>>('/read-rounds', { query: { complexId, limit: RECENT } }),
  })

export const useStopRound = (complexId: number, roundId: string) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () =>
      call<ReadRound>(`/read-rounds/${roundId}/stop`, { method: 'POST', query: { complexId } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['round', roundId] }),
  })
}
