// The power policy 供电策略 from the server, and settings as they are typed.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  ComplexPolicy,
  DarkForecast,
  DarkSheet,
  InterlockNow,
  NewPowerPolicy,
  NewSupplyPolicy,
  PowerPolicy,
  ReleaseSurge,
  SaveSchedule,
  SuppliesNow,
  SupplyOverride,
  TimedSchedule,
  TimedSchedules,
} from '../../../http/contract/policy.ts'
import type { Point } from '../../../http/contract/registers.ts'
import type { ListOf } from '../../../http/contract.ts'
import { fenOf, typedYuan } from '../../ui/money-text.ts'
import { wholeTyped } from '../../ui/whole-text.ts'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'
import { spansOf, spansText } from './spans.ts'

const KEY = 'powerPolicy'
/** The most that one answer holds. */
const PAGE_ROWS = 500
const LIVE_MS = 15_000

export const usePowerPolicy = (complexId: number) =>
  useQuery({
    queryKey: [KEY, complexId],
    queryFn: () => call<PowerPolicy>('/power-policy', { query: { complexId } }),
  })

export const useSavePolicy = () =>
  useAct<NewPowerPolicy, PowerPolicy>('/power-policy', { renews: [[KEY]] })

export const useSaveSupply = (supplyId: number) =>
  useAct<NewSupplyPolicy, null>(`/power-policy/supplies/${supplyId}`, { renews: [[KEY]] })

export const useSuppliesNow = (complexId: number, match: string, search: string | undefined) =>
  useQuery({
    queryKey: [KEY, complexId, 'supplies', match, search],
    queryFn: () =>
      call<SuppliesNow>('/power-policy/supplies', { query: { complexId, match, search } }),
  })

const darkQuery = (complexId: number, until: string | undefined, all: boolean) => ({
  ...{ complexId, until },
  all: all ? 'true' : undefined,
})

export const useDark = (complexId: number, until: string | undefined, all: boolean) =>
  useQuery({
    queryKey: [KEY, complexId, 'dark', until, all],
    queryFn: () =>
      call<DarkForecast>('/power-policy/dark', { query: darkQuery(complexId, until, all) }),
  })

export const fetchDarkSheet = (complexId: number, until: string | undefined, all: boolean) =>
  call<DarkSheet>('/power-policy/dark/sheet', { query: darkQuery(complexId, until, all) })

export const useInterlock = (complexId: number) =>
  useQuery({
    queryKey: [KEY, complexId, 'interlock'],
    queryFn: () => call<InterlockNow>('/interlock', { query: { complexId } }),
    refetchInterval: LIVE_MS,
  })

export const useReleaseSurge = (surgeId: string) =>
  useAct<ReleaseSurge, InterlockNow>(`/interlock/${surgeId}/release`, {
    renews: [[KEY], ['alarms']],
  })

export const useSchedules = (complexId: number) =>
  useQuery({
    queryKey: [KEY, complexId, 'timed'],
    queryFn: () => call<TimedSchedules>('/timed-schedules', { query: { complexId } }),
  })

export const useSaveSchedule = (scheduleId: number | null) =>
  useAct<SaveSchedule, TimedSchedule>(
    scheduleId === null ? '/timed-schedules' : `/timed-schedules/${scheduleId}`,
    { method: scheduleId === null ? 'POST' : 'PUT', renews: [[KEY]] },
  )

/** Every point with a meter. */
export const usePoints = (complexId: number) =>
  useQuery({
    queryKey: ['points', complexId, 'timed'],
    queryFn: async () => {
      const points: Static<typeof Point>[] = []
      let cursor: string | undefined
      do {
        const page: ListOf<Static<typeof Point>> = await call('/points', {
          query: { complexId, limit: PAGE_ROWS, cursor },
        })
        points.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      return points.filter(({ meterNo }) => meterNo !== null)
    },
  })

/** What a complex or a supply says of its power, as it is typed. */
export type SupplyDraft = {
  trips: boolean
  delay: string
  week: string[]
  weekends: boolean
  holidays: boolean
  grace: string
  overloadW: string
  centreTrips: boolean
  overloadDelay: string
  recovery: 'operator' | 'automatic'
  wait: string
  tries: string
}

export const draftOf = (
  of: Omit<ComplexPolicy, 'interlock' | 'keepAheadMinutes'>,
): SupplyDraft => ({
  trips: of.trips,
  delay: `${of.delayMinutes}`,
  week: of.noTrip.week.map(spansText),
  weekends: of.noTrip.weekends,
  holidays: of.noTrip.holidays,
  grace: typedYuan(of.graceFen),
  overloadW: of.overload.powerW === null ? '' : `${of.overload.powerW}`,
  centreTrips: of.overload.centreTrips,
  overloadDelay: `${of.overload.delayMinutes}`,
  recovery: of.overload.recovery,
  wait: `${of.overload.waitMinutes}`,
  tries: `${of.overload.tries}`,
})

/** A whole number as typed; null where it is none. */
/** Null where something can't be read. */
export const supplySettings = (draft: SupplyDraft): Required<SupplyOverride> | null => {
  const week = draft.week.map(spansOf)
  const read = week.filter((spans) => spans !== null)
  const graceFen = fenOf(draft.grace)
  const delayMinutes = wholeTyped(draft.delay)
  const powerW = draft.overloadW.trim() === '' ? null : wholeTyped(draft.overloadW)
  const [overloadDelay, waitMinutes, tries] = [
    wholeTyped(draft.overloadDelay),
    wholeTyped(draft.wait),
    wholeTyped(draft.tries),
  ]
  if (read.length < week.length || graceFen === null || delayMinutes === null) return null
  if (overloadDelay === null || waitMinutes === null || tries === null) return null
  if (draft.overloadW.trim() !== '' && !powerW) return null
  const { trips, weekends, holidays, centreTrips, recovery } = draft
  return {
    ...{ trips, delayMinutes, graceFen },
    noTrip: { week: read, weekends, holidays },
    overload: {
      ...{ powerW, centreTrips, delayMinutes: overloadDelay, recovery, waitMinutes, tries },
    },
  }
}

export type InterlockDraft = Record<keyof ComplexPolicy['interlock'] | 'keepAhead', string>

export const interlockDraft = ({ interlock, keepAheadMinutes }: ComplexPolicy): InterlockDraft => ({
  perMinute: `${interlock.perMinute}`,
  perFeederMinute: `${interlock.perFeederMinute}`,
  surgeTrips: `${interlock.surgeTrips}`,
  surgeGroupTrips: `${interlock.surgeGroupTrips}`,
  surgeMinutes: `${interlock.surgeMinutes}`,
  keepAhead: `${keepAheadMinutes}`,
})

/** Null where something is no whole number. */
export const complexSettings = (
  supply: SupplyDraft,
  draft: InterlockDraft,
): ComplexPolicy | null => {
  const own = supplySettings(supply)
  const [perMinute, perFeederMinute, surgeTrips] = [
    wholeTyped(draft.perMinute),
    wholeTyped(draft.perFeederMinute),
    wholeTyped(draft.surgeTrips),
  ]
  const [surgeGroupTrips, surgeMinutes, keepAheadMinutes] = [
    wholeTyped(draft.surgeGroupTrips),
    wholeTyped(draft.surgeMinutes),
    wholeTyped(draft.keepAhead),
  ]
  if (own === null || perMinute === null || perFeederMinute === null || surgeTrips === null)
    return null
  if (surgeGroupTrips === null || surgeMinutes === null || keepAheadMinutes === null) return null
  const interlock = { perMinute, perFeederMinute, surgeTrips, surgeGroupTrips, surgeMinutes }
  return { ...own, keepAheadMinutes, interlock }
}
