// Plans 电价方案, which supply has which, and the calendar, from the server.

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  Assigned,
  Assignment,
  Calendar,
  CalendarSaved,
  NewPlan,
  NewVersion,
  Plan,
  PlanChecked,
  PlanDefinition,
  PlanDetail,
  PlanNaming,
  SavedVersion,
  SupplyPlan,
} from '../../../http/contract/plans.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call, newRequestId, type Query } from '../api/client.ts'

export const listPlans = (complexId: number, query: Query): Promise<ListOf<Plan>> =>
  call<ListOf<Plan>>('/plans', { query: { complexId, ...query } })

/** The longest page of a list. */
const ALL = 500

export const useAllPlans = (complexId: number) =>
  useQuery({
    queryKey: ['plans', complexId, 'all'],
    queryFn: () => listPlans(complexId, { limit: ALL }),
  })

export const usePlan = (complexId: number, planId: string) =>
  useQuery({
    queryKey: ['plans', complexId, planId],
    queryFn: () => call<PlanDetail>(`/plans/${planId}`, { query: { complexId } }),
  })

const RENEWS = [['plans'], ['supplyPlans'], ['meterPrices']]

export const useNewPlan = () => useAct<Static<typeof NewPlan>, Plan>('/plans', { renews: RENEWS })

export const useNewVersion = (complexId: number, planId: string) =>
  useAct<NewVersion, SavedVersion>(`/plans/${planId}/versions`, {
    query: { complexId },
    renews: RENEWS,
  })

export const useNamePlan = (complexId: number, planId: number) =>
  useAct<Static<typeof PlanNaming>, Plan>(`/plans/${planId}`, {
    method: 'PATCH',
    query: { complexId },
    renews: RENEWS,
  })

export const useAssign = (complexId: number, planId: number | null) =>
  useAct<Assignment, Assigned>(`/plans/${planId}/assign`, {
    query: { complexId },
    renews: [...RENEWS, ['account'], ['bill']],
  })

/** What the server says of a definition, and the prices of a day; null: the draft can't be read. */
export const useCheck = (complexId: number, definition: PlanDefinition, day: string) =>
  useQuery({
    queryKey: ['planCheck', complexId, definition, day],
    queryFn: () =>
      call<PlanChecked>('/plans/check', {
        method: 'POST',
        requestId: newRequestId(),
        body: { complexId, definition, ...(day === '' ? {} : { day }) },
      }),
    placeholderData: keepPreviousData,
  })

/** Every supply that matches, with the plan it has. */
export const useSupplyPlans = (complexId: number, query: Query) =>
  useQuery({
    queryKey: ['supplyPlans', complexId, query],
    queryFn: async () => {
      const supplies: SupplyPlan[] = []
      let cursor: string | undefined
      do {
        const page: ListOf<SupplyPlan> = await call('/supply-plans', {
          query: { complexId, ...query, limit: ALL, cursor },
        })
        supplies.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      return supplies
    },
  })

export const useCalendar = (complexId: number, year: number) =>
  useQuery({
    queryKey: ['calendar', complexId, year],
    queryFn: () => call<Calendar>('/calendar', { query: { complexId, year } }),
  })

export const useSaveCalendar = () =>
  useAct<Static<typeof CalendarSaved>, Calendar>('/calendar', {
    method: 'PUT',
    renews: [['calendar'], ['planCheck']],
  })
