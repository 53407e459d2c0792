// Shifts 班次 from the server: one's own, everybody's, and the acts of a drawer.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  CloseShift,
  CountShift,
  CurrentShift,
  OpenShift,
  Shift,
  ShiftReason,
} from '../../../http/contract/shifts.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'

export type ShiftCode = Static<typeof ShiftReason>

export const SHIFT_REASONS = [
  'change',
  'counterfeit',
  'receipt',
  'unknown',
  'other',
] as const satisfies readonly ShiftCode[]

export const SHIFT_STATES = [
  'open',
  'counted',
  'closed',
] as const satisfies readonly Shift['state'][]

const RENEWS = [['shift'], ['shifts']] as const

export const useCurrentShift = (complexId: number) =>
  useQuery({
    queryKey: ['shift', complexId],
    queryFn: () => call<Static<typeof CurrentShift>>('/shifts/current', { query: { complexId } }),
  })

export const useShift = (complexId: number, shiftId: string) =>
  useQuery({
    queryKey: ['shift', complexId, shiftId],
    queryFn: () => call<Shift>(`/shifts/${shiftId}`, { query: { complexId } }),
  })

export const listShifts = (complexId: number, query: Query): Promise<ListOf<Shift>> =>
  call<ListOf<Shift>>('/shifts', { query: { complexId, ...query } })

export const listOwnShifts = (complexId: number, query: Query): Promise<ListOf<Shift>> =>
  call<ListOf<Shift>>('/shifts/own', { query: { complexId, ...query } })

export const useOpenShift = () =>
  useAct<Static<typeof OpenShift>, Shift>('/shifts', { renews: RENEWS })

export const useCountShift = ({ shiftId, complexId }: Shift) =>
  useAct<Static<typeof CountShift>, Shift>(`/shifts/${shiftId}/count`, {
    query: { complexId },
    renews: RENEWS,
  })

export const useCloseShift = ({ shiftId, complexId }: Shift) =>
  useAct<Static<typeof CloseShift>, Shift>(`/shifts/${shiftId}/close`, {
    query: { complexId },
    renews: RENEWS,
  })
