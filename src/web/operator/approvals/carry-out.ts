// Carrying out what was agreed to 继续办理: with the approval's own number as the request's, so that it
// is done once, whoever presses how often.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ApprovalRequest } from '../../../http/contract/approvals.ts'
import type { Command } from '../../../http/contract/commands.ts'
import { call, newRequestId } from '../api/client.ts'
import { type Resumed, resumedOf } from './resume.ts'

const RENEWS = [
  ...[['approvals'], ['sales'], ['payouts'], ['reductions'], ['swaps'], ['account'], ['life']],
  ...[['plans'], ['plan'], ['priceCap'], ['operators'], ['roles'], ['limits'], ['approvalRules']],
  ...[['batches'], ['board'], ['meter'], ['gateways'], ['gateway'], ['rerate']],
]

/** A new selection of the same meters; its token goes with the act. */
const selectedAnew = async ({ path, body }: Resumed): Promise<Record<string, unknown>> => {
  const { approvalId: _, ...order } = body
  const asked = { method: 'POST' as const, requestId: newRequestId() }
  const { selection } = await call<Command>(path, { ...asked, body: { ...order, dryRun: true } })
  return { ...body, token: selection?.token }
}

export type Agreed = { request: ApprovalRequest; approvalId: string }

export const useCarryOut = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ request, approvalId }: Agreed) => {
      const resumed = resumedOf(request, approvalId)
      const body = resumed.select ? await selectedAnew(resumed) : resumed.body
      const { path, method = 'POST' } = resumed
      return call<unknown>(path, { method, body, requestId: approvalId })
    },
    onSuccess: () => {
      for (const queryKey of RENEWS) void client.invalidateQueries({ queryKey })
    },
  })
}
