// Approvals 复核: asking for a second person's agreement and hearing the answer; what waits for
// whoever decides; what one person may do alone.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  Approval,
  ApprovalAsked,
  ApprovalRequest,
  ApprovalSettingsShown,
  ApprovalsWaiting,
  DecideApproval,
  OperatorLimit,
  SetApprovalSettings,
  SetOperatorLimit,
} from '../../../http/contract/approvals.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'

const HEAR_MS = 2_000
const LIST_MS = 5_000

export const APPROVAL_STATES = [
  'open',
  'agreed',
  'refused',
  'used',
  'withdrawn',
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

/** How many wait for whoever looks, on every page. */
export const useApprovalsWaiting = (complexId: number) =>
  useQuery({
    queryKey: ['approvals', 'waiting', complexId],
    queryFn: () => call<ApprovalsWaiting>('/approvals/waiting', { query: { complexId } }),
    refetchInterval: LIST_MS,
  })

export const WHOSE = ['toDecide', 'mine'] as const

export const useAskApproval = () =>
  useAct<ApprovalRequest, ApprovalAsked>('/approvals', { renews: [['approvals']] })

export const useDecide = ({ approvalId }: Approval) =>
  useAct<Static<typeof DecideApproval>, unknown>(`/approvals/${approvalId}/decide`, {
    renews: [['approvals'], ['approval', approvalId]],
  })

export const useWithdraw = (approvalId: string) =>
  useAct<Record<string, never>, unknown>(`/approvals/${approvalId}/withdraw`, {
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

const rulesPath = (complexId: number): string => `/complexes/${complexId}/approval-settings`

export const useRules = (complexId: number) =>
  useQuery({
    queryKey: ['approvalRules', complexId],
    queryFn: () => call<ApprovalSettingsShown>(rulesPath(complexId)),
  })

export const useSetRules = (complexId: number) =>
  useAct<SetApprovalSettings, ApprovalSettingsShown>(rulesPath(complexId), {
    method: 'PUT',
    renews: [['approvalRules']],
  })
