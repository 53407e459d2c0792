// Sharing 公摊 from the server: rules, the premises behind them, and the months that were shared.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { Point } from '../../../http/contract/registers.ts'
import type {
  NewSharingRule,
  ReverseSharing,
  ShareMonth,
  SharingPremisesList,
  SharingRule,
  SharingRuleChange,
  SharingRun,
} from '../../../http/contract/sharing.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'

/** A complex has a handful of rules, and a rule twelve months a year. */
const RULES_SHOWN = 200
const RUNS_SHOWN = 36
const MAINS_SHOWN = 500

export const useRules = (complexId: number) =>
  useQuery({
    queryKey: ['sharingRules', complexId],
    queryFn: () =>
      call<ListOf<SharingRule>>('/sharing-rules', { query: { complexId, limit: RULES_SHOWN } }),
  })

export const useMainPoints = (complexId: number) =>
  useQuery({
    queryKey: ['mainPoints', complexId],
    queryFn: () =>
      call<ListOf<Static<typeof Point>>>('/points', {
        query: { complexId, feeds: 'true', limit: MAINS_SHOWN },
      }),
  })

export const useBehind = (ruleId: number) =>
  useQuery({
    queryKey: ['sharingPremises', ruleId],
    queryFn: () => call<Static<typeof SharingPremisesList>>(`/sharing-rules/${ruleId}/premises`),
  })

export const useRuns = (ruleId: number) =>
  useQuery({
    queryKey: ['sharingRuns', ruleId],
    queryFn: () =>
      call<ListOf<SharingRun>>(`/sharing-rules/${ruleId}/runs`, { query: { limit: RUNS_SHOWN } }),
  })

export const useRun = (runId: string | null) =>
  useQuery({
    queryKey: ['sharingRun', runId],
    queryFn: () => call<SharingRun>(`/sharing-runs/${runId}`),
    enabled: runId !== null,
  })

const RENEWS = [['sharingRules'], ['sharingRuns'], ['sharingRun'], ['sharingPremises']] as const

export const useMakeRule = () =>
  useAct<Static<typeof NewSharingRule>, SharingRule>('/sharing-rules', { renews: RENEWS })

export const useChangeRule = (ruleId: number) =>
  useAct<Static<typeof SharingRuleChange>, SharingRule>(`/sharing-rules/${ruleId}`, {
    method: 'PATCH',
    renews: RENEWS,
  })

export const useShareMonth = (ruleId: number) =>
  useAct<Static<typeof ShareMonth>, SharingRun>(`/sharing-rules/${ruleId}/runs`, { renews: RENEWS })

export const useReverseRun = (runId: string) =>
  useAct<Static<typeof ReverseSharing>, SharingRun>(`/sharing-runs/${runId}/reverse`, {
    renews: RENEWS,
  })
