// Overload thresholds 过载阈值 from the server, and as they are typed or pasted: kW on the screen, W on
// the wire.

import { useQuery } from '@tanstack/react-query'
import type {
  SaveThresholds,
  ThresholdSheet,
  ThresholdSheetAnswer,
  Thresholds,
} from '../../../http/contract/alarms.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'

const KEY = 'alarmThresholds'
const RENEWS = [[KEY]] as const

export const listThresholds = (complexId: number, query: Query): Promise<Thresholds> =>
  call<Thresholds>('/alarm-thresholds', { query: { complexId, ...query } })

export const THRESHOLDS_KEY = KEY

type Plan = { planId: number; name: string; nameEn: string }
export const usePlans = (complexId: number) =>
  useQuery({
    queryKey: ['plans', complexId, 'names'],
    queryFn: () => call<{ items: Plan[] }>('/plans', { query: { complexId } }),
    staleTime: 60_000,
  })

export const useSaveThresholds = () =>
  useAct<SaveThresholds, null>('/alarm-thresholds', { method: 'PUT', renews: RENEWS })

export const useThresholdSheet = () =>
  useAct<ThresholdSheet, ThresholdSheetAnswer>('/alarm-thresholds/sheet', {
    ...{ method: 'PUT', renews: RENEWS },
  })
