// Commands 命令 to meters: sent with a request id of their own, then watched until they have ended.
// What is shown afterwards is the meter's state as read, never the wish.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Command, CommandRequest } from '../../../http/contract/commands.ts'
import { call, newRequestId } from '../api/client.ts'

export type CommandItem = Command['items'][number]
export type CommandState = CommandItem['state']

const ENDED = ['confirmed', 'failed', 'expired', 'cancelled', 'held'] as const

export const hasEnded = (state: CommandState): boolean => ENDED.some((each) => each === state)

const keyOfMeter = (meterId: number) => ['meterCommands', meterId]

/** Commands sent to this meter from this browser, newest first. */
export const useSentCommands = (meterId: number): readonly string[] =>
  useQuery<readonly string[]>({
    queryKey: keyOfMeter(meterId),
    queryFn: () => [],
    staleTime: Number.POSITIVE_INFINITY,
  }).data ?? []

export const useSendCommand = (complexId: number, meterId: number) => {
  const client = useQueryClient()
  // Kept until an answer came, so that a retry after a broken line is the same request.
  const requestId = useRef(newRequestId())
  return useMutation({
    mutationFn: (request: Pick<CommandRequest, 'kind' | 'params'>) =>
      call<Command>('/commands', {
        method: 'POST',
        query: { complexId },
        requestId: requestId.current,
        body: { ...request, meterIds: [meterId] } satisfies CommandRequest,
      }),
    onSuccess: (command) => {
      requestId.current = newRequestId()
      client.setQueryData(['command', command.commandId], command)
      if (command.items.length === 0) return
      client.setQueryData<readonly string[]>(keyOfMeter(meterId), (sent = []) =>
        [command.commandId, ...sent.filter((id) => id !== command.commandId)].slice(0, 3),
      )
    },
  })
}

export const useCommand = (complexId: number, commandId: string) => {
  const client = useQueryClient()
  return useQuery({
    queryKey: ['command', commandId],
    queryFn: async () => {
      const command = await call<Command>(`/commands/${commandId}`, { query: { complexId } })
      if (command.items.every((item) => hasEnded(item.state))) {
        void client.invalidateQueries({ queryKey: ['meter', complexId] })
      }
      return command
    },
    refetchInterval: ({ state }) =>
      state.data?.items.every((item) => hasEnded(item.state)) ? false : 1_000,
  })
}
