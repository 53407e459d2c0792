// Privacy 隐私 from the server: retention, who left, erasing, and all about one tenant.

import { useQuery } from '@tanstack/react-query'
import type { Departed, Erased, Retention } from '../../../http/contract/privacy.ts'
import type { FileAnswer } from '../../../http/contract/sheets.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call, newRequestId, type Query } from '../api/client.ts'

const RETENTION = 'retention'
export const DEPARTED = 'departed'
const PATH = '/privacy/retention'

export const useRetention = (complexId: number) =>
  useQuery({
    queryKey: [RETENTION, complexId],
    queryFn: () => call<Retention>(PATH, { query: { complexId } }),
  })

export const useSetRetention = () =>
  useAct<Retention, Retention>(PATH, { method: 'PUT', renews: [[RETENTION], [DEPARTED]] })

export const listDeparted = (complexId: number, query: Query): Promise<ListOf<Departed>> =>
  call<ListOf<Departed>>('/privacy/departed', { query: { complexId, ...query } })

const erasePath = (tenantId: number) => `/privacy/departed/${tenantId}/erase`

/** What would go. */
export const useErasure = (complexId: number, tenantId: number) =>
  useQuery({
    queryKey: ['erasure', complexId, tenantId],
    queryFn: () =>
      call<Erased>(erasePath(tenantId), {
        method: 'POST',
        body: { complexId, dryRun: true },
        requestId: newRequestId(),
      }),
    retry: false,
    gcTime: 0,
  })

export const useErase = (tenantId: number) =>
  useAct<{ complexId: number }, Erased>(erasePath(tenantId), { renews: [[DEPARTED], ['accounts']] })

export const everythingOf = (complexId: number, tenantId: number): Promise<FileAnswer> =>
  call<FileAnswer>(`/privacy/tenants/${tenantId}/everything`, {
    method: 'POST',
    body: { complexId },
  })
