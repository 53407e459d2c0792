// Commands 命令 to meters: sent with a request id of their own, then watched until they have ended.
// What is shown afterwards is the meter's state as read, never the wish.

import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Command, CommandRequest } from '../../../http/contract/commands.ts'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'
import { isOver, type Selected, useOrder } from '../batches/select-data.ts'
import type { ReasonParams } from './mode-reasons.ts'

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

/** What was sent is shown with the meter from then on. */
const useRemember = (meterId: number) => {
  const client = useQueryClient()
  return (command: Command) => {
    client.setQueryData(['command', command.commandId], command)
    if (command.items.length === 0) return
    client.setQueryData<readonly string[]>(keyOfMeter(meterId), (sent = []) =>
      [command.commandId, ...sent.filter((id) => id !== command.commandId)].slice(0, 3),
    )
  }
}

/** A question: it changes nothing, and nothing has to be shown before. */
export const useReadNow = (complexId: number, meterId: number) => {
  const remember = useRemember(meterId)
  const act = useAct<CommandRequest, Command>('/commands', { query: { complexId } })
  return {
    read: (onError: (error: unknown) => void) =>
      act.mutate(
        { kind: 'read', meterIds: [meterId], params: {} },
        { onSuccess: remember, onError },
      ),
    isPending: act.isPending,
  }
}

/** What was selected, for one meter. */
export const useSendSelected = (complexId: number, meterId: number) => {
  const remember = useRemember(meterId)
  const { order, isPending, error } = useOrder(complexId)
  return {
    send: (selected: Selected, reason: ReasonParams, onSent: () => void, onOver: () => void) =>
      order(
        selected,
        reason,
        (sent) => {
          remember(sent)
          onSent()
        },
        (refused) => {
          if (isOver(refused)) onOver()
        },
      ),
    isPending,
    error,
  }
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
