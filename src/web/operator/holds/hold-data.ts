// Held meters 挂起 from the server, and their release: one request id per decision, kept until the
// server has answered, so that a retry after a broken line releases once.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Static } from 'typebox'
import type { Hold, Released, ReleaseRequest } from '../../../http/contract/holds.ts'
import type { ListOf } from '../../../http/contract.ts'
import { NETWORK, problemOf } from '../../ui/problem.tsx'
import { call, newRequestId } from '../api/client.ts'
import { fetchBoard } from '../board/board-data.ts'

export type Release = Static<typeof ReleaseRequest>
export type Resolution = Release['resolution']

const ASK_AGAIN_MS = 15_000

const keyOf = (complexId: number) => ['holds', complexId]

export const useHolds = (complexId: number) =>
  useQuery({
    queryKey: keyOf(complexId),
    queryFn: () => call<ListOf<Hold>>('/holds', { query: { complexId } }),
    refetchInterval: ASK_AGAIN_MS,
  })

export const useRelease = ({ complexId, holdId, meterId }: Hold) => {
  const client = useQueryClient()
  const requestId = useRef(newRequestId())
  return useMutation({
    mutationFn: (body: Release) =>
      call<Static<typeof Released>>(`/holds/${holdId}/release`, {
        method: 'POST',
        query: { complexId },
        requestId: requestId.current,
        body,
      }),
    onSuccess: () => {
      client.setQueryData<ListOf<Hold>>(keyOf(complexId), (list) =>
        list ? { ...list, items: list.items.filter((each) => each.holdId !== holdId) } : list,
      )
      void client.invalidateQueries({ queryKey: keyOf(complexId) })
      void client.invalidateQueries({ queryKey: ['meter', complexId, meterId] })
      void client.invalidateQueries({ queryKey: ['alarms'] })
      void client.invalidateQueries({ queryKey: ['reductions'] })
      void fetchBoard(client, complexId)
    },
    // A refusal is an answer: whoever then decides otherwise makes another request.
    onError: (error) => {
      if (problemOf(error).code !== NETWORK) requestId.current = newRequestId()
    },
  })
}
