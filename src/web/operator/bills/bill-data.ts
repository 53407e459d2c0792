// The bills of an account for a month 月账单, from the server.

import { useQuery } from '@tanstack/react-query'
import type { Bills } from '../../../http/contract/bills.ts'
import { problemOf } from '../../ui/problem.tsx'
import { call } from '../api/client.ts'

export const useBills = (complexId: number, accountId: string, month: string) =>
  useQuery({
    queryKey: ['bill', complexId, accountId, month],
    queryFn: async () => {
      try {
        return await call<Bills>(`/accounts/${accountId}/bills`, { query: { complexId, month } })
      } catch (error) {
        // The account had no supply in that month.
        if (problemOf(error).code === 'not_found') return { items: [] }
        throw error
      }
    },
  })
