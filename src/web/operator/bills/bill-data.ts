// The bill of a supply for a month 月账单, from the server.

import { useQuery } from '@tanstack/react-query'
import type { Bill } from '../../../http/contract/bills.ts'
import { call } from '../api/client.ts'

export const useBill = (complexId: number, supplyId: number | null, month: string) =>
  useQuery({
    queryKey: ['bill', complexId, supplyId, month],
    queryFn: () => call<Bill>(`/supplies/${supplyId}/bill`, { query: { complexId, month } }),
    enabled: supplyId !== null,
  })
