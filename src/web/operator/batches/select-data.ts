// Select before operate 选择后执行 from the console: what a command would do is asked for first, shown
// for a minute, and sent with the token that came with it.

import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Command, CommandRequest } from '../../../http/contract/commands.ts'
import { every, monoMs } from '../../ui/clock.ts'
import { problemOf } from '../../ui/problem.tsx'
import { useAct } from '../api/act.ts'
import { call, newRequestId } from '../api/client.ts'
import type { ReasonParams } from '../board/mode-reasons.ts'

export type Asked = Pick<CommandRequest, 'kind' | 'meterIds' | 'unit' | 'params'>
export type Selected = {
  asked: Asked
  selection: NonNullable<Command['selection']>
  refused: Command['refused']
  /** Monotonic ms of this browser. */
  endsAt: number
}

const SECOND_MS = 1_000

/** Whole seconds that a selection still holds; 0: it is over. */
export const useSecondsLeft = (selected: Selected | null): number => {
  const [now, setNow] = useState(monoMs)
  const ends = selected?.endsAt ?? 0
  useEffect(() => {
    if (ends === 0) return
    setNow(monoMs())
    return every(SECOND_MS, () => setNow(monoMs()))
  }, [ends])
  return Math.max(0, Math.ceil((ends - now) / SECOND_MS))
}

export const useSelect = (complexId: number) => {
  const dry = useMutation({
    mutationFn: async (asked: Asked): Promise<Selected> => {
      const begun = monoMs()
      const answer = await call<Command>('/commands', {
        method: 'POST',
        query: { complexId },
        requestId: newRequestId(),
        body: { ...asked, dryRun: true } satisfies CommandRequest,
      })
      const { selection, refused } = answer
      if (!selection) throw new Error('a dry run answers with a selection')
      return { asked, selection, refused, endsAt: begun + selection.lifeSeconds * SECOND_MS }
    },
  })
  return {
    select: (asked: Asked) => dry.mutate(asked),
    reset: dry.reset,
    selected: dry.data ?? null,
    isPending: dry.isPending,
    error: dry.error,
  }
}

/** The server no longer stands by what it showed: it has to be shown again. */
export const isOver = (error: unknown): boolean => problemOf(error).code.startsWith('selection_')

/** The order as it is sent, without its token: what a second person is asked. */
export const orderBody = ({ asked }: Selected, reason: ReasonParams) => ({
  ...asked,
  params: { ...asked.params, ...reason },
})

/** What of the modes a second person may have to agree to. */
export const operationOf = (mode: string): 'command.keep' | 'command.trip' =>
  mode === 'kept' ? 'command.keep' : 'command.trip'

/** Sends what was selected; `reason` may have been written since. */
export const useOrder = (complexId: number) => {
  const act = useAct<CommandRequest, Command>('/commands', {
    query: { complexId },
    renews: [['batches'], ['meterPrices']],
  })
  return {
    order: (
      selected: Selected,
      reason: ReasonParams,
      onSent: (sent: Command) => void,
      onRefused: (error: unknown) => void = () => {},
    ) => {
      const body = { ...orderBody(selected, reason), token: selected.selection.token }
      act.mutate(body, { onSuccess: onSent, onError: onRefused })
    },
    isPending: act.isPending,
    error: act.error,
    reset: act.reset,
  }
}
