// Alarms 报警: the open ones are counted in the menu, and the live line says when to look again.

import { useQuery } from '@tanstack/react-query'
import type { Alarm } from '../../../http/contract/alarms.ts'
import type { ListOf } from '../../../http/contract.ts'
import { call, type Query } from '../api/client.ts'
import { useMay } from '../api/session-store.ts'
import { useComplexOrNull } from '../complex.tsx'

const COUNTED_MAX = 100
const ASK_AGAIN_MS = 60_000

export const listAlarms = (complexId: number, query: Query): Promise<ListOf<Alarm>> =>
  call<ListOf<Alarm>>('/alarms', { query: { complexId, ...query } })

export const acknowledgeAlarm = (alarm: Alarm): Promise<Alarm> =>
  call<Alarm>(`/alarms/${alarm.alarmId}/acknowledge`, { method: 'POST' })

/** The meter that an alarm is about; null where it is about something else. */
export const meterOf = ({ subjectKind, subjectId, facts }: Alarm): number | null => {
  if (subjectKind === 'meter') return subjectId
  return typeof facts.meterId === 'number' ? facts.meterId : null
}

/** How many alarms nobody has acknowledged; at most a hundred are counted. */
export const useOpenAlarms = (): number => {
  const complex = useComplexOrNull()
  const mayView = useMay('alarm.view')
  const complexId = complex?.complexId
  const { data } = useQuery({
    queryKey: ['alarms', complexId, 'open'],
    queryFn: () => listAlarms(complexId ?? 0, { state: 'open', limit: COUNTED_MAX }),
    enabled: complexId !== undefined && mayView,
    refetchInterval: ASK_AGAIN_MS,
  })
  return data?.items.length ?? 0
}
