// Operators, roles and what is one's own 操作员数据.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { AuditItem } from '../../../http/contract/audit.ts'
import type {
  LoginPolicy,
  LoginPolicyChange,
  NewOperator,
  NewRole,
  OperatorChange,
  OperatorItem,
  OperatorSession,
  OwnSession,
  Passkey,
  PermissionItem,
  PolicyPreview,
  Role,
  RoleChange,
  Token,
} from '../../../http/contract/operators.ts'
import type { Building } from '../../../http/contract/registers.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'

type Items<T> = { items: T[] }
const MANY = { limit: 500 }

export const OPERATORS = ['operators']
export const ROLES = ['roles']
export const OWN_SESSIONS = ['own-sessions']
export const OWN_TOKENS = ['own-tokens']
export const OWN_PASSKEYS = ['own-passkeys']
const POLICY = ['login-policy']

export const useOperators = (enabled = true) =>
  useQuery({
    queryKey: OPERATORS,
    queryFn: () => call<ListOf<OperatorItem>>('/operators', { query: MANY }),
    enabled,
  })

export const useRoles = () =>
  useQuery({
    queryKey: ROLES,
    queryFn: () => call<ListOf<Role>>('/roles', { query: MANY }),
  })

export const usePermissions = () =>
  useQuery({
    queryKey: ['permissions'],
    queryFn: () => call<Items<PermissionItem>>('/permissions'),
    staleTime: Number.POSITIVE_INFINITY,
  })

export type Place = Building & { complexId: number }

/** The buildings of several complexes, in their order. */
export const useBuildingsOf = (complexIds: readonly number[]) =>
  useQuery({
    queryKey: ['buildings-of', complexIds],
    queryFn: async (): Promise<Place[]> => {
      const lists = await Promise.all(
        complexIds.map(async (complexId) => {
          const list = await call<ListOf<Building>>('/buildings', { query: { complexId, ...MANY } })
          return list.items.map((building) => ({ ...building, complexId }))
        }),
      )
      return lists.flat()
    },
    enabled: complexIds.length > 0,
  })

export const useCreateOperator = () =>
  useAct<NewOperator, OperatorItem>('/operators', { renews: [OPERATORS] })

export const useChangeOperator = (operatorId: number) =>
  useAct<OperatorChange, OperatorItem>(`/operators/${operatorId}`, {
    method: 'PATCH',
    renews: [OPERATORS],
  })

export const useCreateRole = () => useAct<NewRole, Role>('/roles', { renews: [ROLES] })

export const useChangeRole = (roleId: number) =>
  useAct<RoleChange, Role>(`/roles/${roleId}`, { method: 'PATCH', renews: [ROLES, OPERATORS] })

export const useLoginPolicy = () =>
  useQuery({ queryKey: POLICY, queryFn: () => call<LoginPolicy>('/login-policy') })

export const useChangePolicy = () =>
  useAct<LoginPolicyChange, LoginPolicy>('/login-policy', {
    method: 'PATCH',
    renews: [POLICY, OPERATORS],
  })

export const previewPolicy = (change: LoginPolicyChange): Promise<PolicyPreview> =>
  call('/login-policy/preview', { method: 'POST', body: change })

export const useOwnPasskeys = () =>
  useQuery({ queryKey: OWN_PASSKEYS, queryFn: () => call<Items<Passkey>>('/session/passkeys') })

const sessionsKey = (operatorId: number) => ['operator-sessions', operatorId]

export const useSessionsOf = (operatorId: number) =>
  useQuery({
    queryKey: sessionsKey(operatorId),
    queryFn: () => call<Items<OperatorSession>>(`/operators/${operatorId}/sessions`),
  })

export const useEndSessionOf = (operatorId: number) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (sessionId: number) =>
      call<null>(`/operators/${operatorId}/sessions/${sessionId}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsKey(operatorId) }),
  })
}

export const useOwnSessions = () =>
  useQuery({ queryKey: OWN_SESSIONS, queryFn: () => call<Items<OwnSession>>('/sessions') })

export const useOwnTokens = () =>
  useQuery({ queryKey: OWN_TOKENS, queryFn: () => call<Items<Token>>('/session/tokens') })

export const endOwnSession = (sessionId: number): Promise<null> =>
  call(`/sessions/${sessionId}`, { method: 'DELETE' })

export const revokeToken = (tokenId: number): Promise<null> =>
  call(`/session/tokens/${tokenId}`, { method: 'DELETE' })

export const listAudit = (complexId: number, query: Query): Promise<ListOf<AuditItem>> =>
  call<ListOf<AuditItem>>('/audit', { query: { complexId, ...query } })
