// Day close 日结 and month lock 月结 from the server.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  CloseDay,
  DayClose,
  DayCloseList,
  LockMonth,
  MonthLock,
} from '../../../http/contract/shifts.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'

const SHOWN = 31

export const useDayCloses = (complexId: number) =>
  useQuery({
    queryKey: ['dayCloses', complexId],
    queryFn: () =>
      call<Static<typeof DayCloseList>>('/day-closes', { query: { complexId, limit: SHOWN } }),
  })

export const useMonthLocks = (complexId: number) =>
  useQuery({
    queryKey: ['monthLocks', complexId],
    queryFn: () => call<ListOf<MonthLock>>('/month-locks', { query: { complexId, limit: SHOWN } }),
  })

export const useCloseDay = () =>
  useAct<Static<typeof CloseDay>, DayClose>('/day-closes', {
    renews: [['dayCloses'], ['monthLocks']],
  })

export const useLockMonth = () =>
  useAct<Static<typeof LockMonth>, MonthLock>('/month-locks', { renews: [['monthLocks']] })
