// Alarms from the server 报警: lists, counts, one alarm, and what is done about them. The live line
// says when to look again.

import { type QueryClient, useMutation, useQuery } from '@tanstack/react-query'
import type {
  AcknowledgedMany,
  Alarm,
  AlarmCounts,
  AlarmDetail,
  AlarmSettings,
} from '../../../http/contract/alarms.ts'
import type { FileAnswer } from '../../../http/contract/sheets.ts'
import type { ListOf } from '../../../http/contract.ts'
import { after } from '../../ui/clock.ts'
import { saveFile } from '../../ui/csv.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'
import { useMay } from '../api/session-store.ts'
import { useComplexOrNull } from '../complex.tsx'

const ASK_AGAIN_MS = 60_000
/** A storm tells of hundreds within a second: one look serves them all. */
const GATHERED_MS = 300
const KEY = 'alarms'
/** Whatever an act on alarms changes. */
const RENEWS = [[KEY]] as const

export const listAlarms = (complexId: number, query: Query): Promise<ListOf<Alarm>> =>
  call<ListOf<Alarm>>('/alarms', { query: { complexId, ...query } })

let gathering = false
export const alarmsChanged = (client: QueryClient): void => {
  if (gathering) return
  gathering = true
  after(GATHERED_MS, () => {
    gathering = false
    void client.invalidateQueries({ queryKey: [KEY] })
  })
}

export const useAlarms = (complexId: number, query: Query) =>
  useQuery({
    queryKey: [KEY, complexId, 'list', query],
    queryFn: () => listAlarms(complexId, query),
    placeholderData: (previous) => previous,
    refetchInterval: ASK_AGAIN_MS,
  })

export const useAlarm = (complexId: number, alarmId: string) =>
  useQuery({
    queryKey: [KEY, complexId, alarmId],
    queryFn: () => call<AlarmDetail>(`/alarms/${alarmId}`, { query: { complexId } }),
  })

/** What nobody has acknowledged; null while it is not known, or not for this operator. */
export const useAlarmCounts = (): AlarmCounts | null => {
  const complexId = useComplexOrNull()?.complexId
  const mayView = useMay('alarm.view')
  const { data } = useQuery({
    queryKey: [KEY, complexId, 'counts'],
    queryFn: () => call<AlarmCounts>('/alarm-counts', { query: { complexId } }),
    enabled: complexId !== undefined && mayView,
    refetchInterval: ASK_AGAIN_MS,
  })
  return data ?? null
}

export const useOpenAlarms = (): number => {
  const { serious = 0, warning = 0, info = 0 } = useAlarmCounts()?.open ?? {}
  return serious + warning + info
}

export const useAcknowledge = () =>
  useAct<{ alarmIds: string[]; note?: string }, AcknowledgedMany>('/alarms/acknowledge', {
    renews: RENEWS,
  })

export const useNote = (alarmId: string) =>
  useAct<{ note: string }, AlarmDetail>(`/alarms/${alarmId}/notes`, { renews: RENEWS })

export const useShelve = (alarmId: string) =>
  useAct<{ minutes: number; reason: string }, AlarmDetail>(`/alarms/${alarmId}/shelve`, {
    renews: RENEWS,
  })

export const useUnshelve = (alarmId: string) =>
  useAct<undefined, AlarmDetail>(`/alarms/${alarmId}/unshelve`, { renews: RENEWS })

export const useAlarmSheet = (complexId: number) =>
  useMutation({
    mutationFn: (query: Query) =>
      call<FileAnswer>('/alarm-sheet', { query: { complexId, ...query } }),
    onSuccess: saveFile,
  })

export const useAlarmSettings = (complexId: number) =>
  useQuery({
    queryKey: [KEY, complexId, 'settings'],
    queryFn: () => call<AlarmSettings>('/alarm-settings', { query: { complexId } }),
  })

export const useSaveSetting = <Body>(path: string) =>
  useAct<Body, null>(path, { method: 'PUT', renews: RENEWS })

/** The meter that an alarm is about; null where it is about something else. */
export const meterOf = ({ meterId, subjectKind }: Alarm): number | null =>
  subjectKind === 'meter' || subjectKind === 'supply' ? meterId : null
