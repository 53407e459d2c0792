// Approvals 复核: asking for a second person's agreement and hearing the answer; the list for whoever
// decides.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  Approval,
  ApprovalAsked,
  ApprovalRequest,
  DecideApproval,
  OperatorLimit,
  SetOperatorLimit,
} from '../../../http/contract/payouts.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'

const HEAR_MS = 2_000
const LIST_MS = 10_000

export const APPROVAL_STATES = [
  'open',
  'agreed',
  'refused',
  'used',
  'expired',
] as const satisfies readonly Approval['state'][]

export const listApprovals = (complexId: number, query: Query): Promise<ListOf<Approval>> =>
  call<ListOf<Approval>>('/approvals', { query: { complexId, ...query } })

export const APPROVALS_REFRESH_MS = LIST_MS

/** One approval, asked for again until it has been decided. */
export const useApproval = (complexId: number, approvalId: string | null) =>
  useQuery({
    queryKey: ['approval', approvalId],
    queryFn: () => call<Approval>(`/approvals/${approvalId}`, { query: { complexId } }),
    enabled: approvalId !== null,
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'open' ? false : HEAR_MS),
  })

export const WHOSE = ['toDecide', 'mine'] as const

export const useAskApproval = () =>
  useAct<ApprovalRequest, ApprovalAsked>('/approvals', { renews: [['approvals']] })

export const useDecide = ({ approvalId }: Approval) =>
  useAct<Static<typeof DecideApproval>, unknown>(`/approvals/${approvalId}/decide`, {
    renews: [['approvals'], ['approval', approvalId]],
  })

export const useLimits = (complexId: number) =>
  useQuery({
    queryKey: ['limits', complexId],
    queryFn: () => call<ListOf<OperatorLimit>>('/operator-limits', { query: { complexId } }),
  })

export const useSetLimit = () =>
  useAct<Static<typeof SetOperatorLimit>, OperatorLimit>('/operator-limits', {
    method: 'PUT',
    renews: [['limits']],
  })
