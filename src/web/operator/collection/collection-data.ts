// Gateways, buses and what calls unknown 采集: from the server, asked again while they are shown, and
// at once when the live line says that a gateway came or went.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type {
  Gateway,
  GatewayDetail,
  MeterModels,
  UnknownCaller,
} from '../../../http/contract/collection.ts'
import type { Building } from '../../../http/contract/registers.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { NETWORK, problemOf } from '../../ui/problem.tsx'
import { call, newRequestId, type Query } from '../api/client.ts'

export const ASK_AGAIN_MS = 10_000
const ALL = 500

export const listGateways = (complexId: number, query: Query): Promise<ListOf<Gateway>> =>
  call<ListOf<Gateway>>('/gateways', { query: { complexId, limit: ALL, ...query } })

export const useGateways = (complexId: number) =>
  useQuery({
    queryKey: ['gateways', complexId],
    queryFn: () => listGateways(complexId, {}),
    refetchInterval: ASK_AGAIN_MS,
  })

export const useGateway = (complexId: number, gatewayId: number) =>
  useQuery({
    queryKey: ['gateways', complexId, gatewayId],
    queryFn: () => call<GatewayDetail>(`/gateways/${gatewayId}`, { query: { complexId } }),
    refetchInterval: ASK_AGAIN_MS,
  })

export const useUnknownCallers = (enabled: boolean) =>
  useQuery({
    queryKey: ['unknown-callers'],
    queryFn: () => call<ListOf<UnknownCaller>>('/unknown-callers'),
    refetchInterval: ASK_AGAIN_MS,
    enabled,
  })

export const useBuildings = (complexId: number) =>
  useQuery({
    queryKey: ['buildings', complexId],
    queryFn: () => call<ListOf<Building>>('/buildings', { query: { complexId, limit: ALL } }),
    staleTime: 60_000,
  })

export const useModels = (complexId: number) =>
  useQuery({
    queryKey: ['models', complexId],
    queryFn: () => call<MeterModels>('/models', { query: { complexId } }),
    staleTime: 60_000,
  })

/** The name of a model in the reader's language; its id where nobody knows it. */
export const useModelName = (complexId: number) => {
  const { language } = useText()
  const { data } = useModels(complexId)
  return (model: string): string =>
    data?.items.find(({ id }) => id === model)?.name[language] ?? model
}

export type GatewayBody = Record<string, unknown>

/** Adds a gateway, or changes the one that is named. */
export const useSaveGateway = (complexId: number, gatewayId: number | null) => {
  const client = useQueryClient()
  const requestId = useRef(newRequestId())
  return useMutation({
    mutationFn: (body: GatewayBody) =>
      gatewayId === null
        ? call<Gateway>('/gateways', {
            method: 'POST',
            requestId: requestId.current,
            body: { complexId, ...body },
          })
        : call<Gateway>(`/gateways/${gatewayId}`, { method: 'PATCH', query: { complexId }, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['gateways'] }),
    // A refusal is an answer: what is then entered is another request.
    onError: (error) => {
      if (problemOf(error).code !== NETWORK) requestId.current = newRequestId()
    },
  })
}
