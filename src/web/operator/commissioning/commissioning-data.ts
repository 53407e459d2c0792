// Commissioning 调试 from the console: searches and test reads are asked again until they have ended,
// checks after each step.

import { useQuery } from '@tanstack/react-query'
import type {
  CheckList,
  MeterCheck,
  Scan,
  ScanSummary,
  StepRequest,
  TestRead,
} from '../../../http/contract/commissioning.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'

const WHILE_RUNNING_MS = 1_500
const RECENT = 10

export type Unit = { gatewayId?: number | undefined; buildingId?: number | undefined }

export const useScans = (complexId: number) =>
  useQuery({
    queryKey: ['bus-scans', complexId],
    queryFn: () => call<ListOf<ScanSummary>>('/bus-scans', { query: { complexId, limit: RECENT } }),
  })

export const useScan = (complexId: number, scanId: string) =>
  useQuery({
    queryKey: ['bus-scan', scanId],
    queryFn: () => call<Scan>(`/bus-scans/${scanId}`, { query: { complexId } }),
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? WHILE_RUNNING_MS : false),
  })

export const useTestRead = (complexId: number, testReadId: string | undefined) =>
  useQuery({
    queryKey: ['test-read', testReadId],
    queryFn: () => call<TestRead>(`/test-reads/${testReadId}`, { query: { complexId } }),
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? WHILE_RUNNING_MS : false),
    enabled: testReadId !== undefined,
  })

export const useStartRead = () => useAct<{ meterId: number }, TestRead>('/test-reads')

export const useChecks = (complexId: number, unit: Unit) =>
  useQuery({
    queryKey: ['meter-checks', complexId, unit.gatewayId, unit.buildingId],
    queryFn: () => call<CheckList>('/meter-checks', { query: { complexId, ...unit } }),
  })

export const useCheck = (complexId: number, checkId: string) =>
  useQuery({
    queryKey: ['meter-check', checkId],
    queryFn: () => call<MeterCheck>(`/meter-checks/${checkId}`, { query: { complexId } }),
    refetchInterval: ({ state }) => (state.data?.credit?.underWay ? WHILE_RUNNING_MS : false),
  })

const RENEWS = [['meter-check'], ['meter-checks']]

export const useBeginCheck = () =>
  useAct<{ meterId: number }, MeterCheck>('/meter-checks', { renews: RENEWS })

export const useStep = (complexId: number, checkId: string) =>
  useAct<StepRequest, MeterCheck>(`/meter-checks/${checkId}/steps`, {
    query: { complexId },
    renews: RENEWS,
  })
