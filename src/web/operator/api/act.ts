// One act that changes something 操作: it has one request id, kept until the server has answered, so
// that a retry after a broken line is the same act and is carried out once.

import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { problemOf } from '../../ui/problem.tsx'
import { type Call, call, newRequestId, type Query } from './client.ts'

type Act = {
  method?: NonNullable<Call['method']>
  query?: Query
  /** What is to be asked for again afterwards, by the beginning of its key. */
  renews?: readonly QueryKey[]
  /** A dry run whose path says so, not its body. */
  dry?: true
}

/** No answer, or a server that broke while answering: it may have been done. */
const tellsNothing = (error: unknown): boolean => {
  const { status } = problemOf(error)
  return status === 0 || status >= 500
}

/** A dry run must never use up the id of the act. */
const isDry = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'dryRun' in body && body.dryRun === true

export const useAct = <Body, Answer>(path: string, act: Act = {}) => {
  const client = useQueryClient()
  const requestId = useRef(newRequestId())
  const { method = 'POST', query = {}, renews = [], dry = false } = act
  const renew = (): void => {
    for (const queryKey of renews) void client.invalidateQueries({ queryKey })
  }
  const isTrial = (body: unknown) => dry || isDry(body)
  return useMutation({
    mutationFn: (body: Body) =>
      call<Answer>(path, {
        method,
        query,
        body,
        requestId: isTrial(body) ? newRequestId() : requestId.current,
      }),
    onSuccess: (_answer, body) => {
      if (isTrial(body)) return
      requestId.current = newRequestId()
      renew()
    },
    onError: (error) => {
      if (!tellsNothing(error)) requestId.current = newRequestId()
      // What somebody else has changed meanwhile is not shown as it was any longer.
      if (problemOf(error).code === 'changed_meanwhile') renew()
    },
  })
}
