// The bills of a month 月账单, from the server: an account's, and all of them.

import { useMutation, useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { BillList, BillSheet, Bills } from '../../../http/contract/bills.ts'
import { saveFile } from '../../ui/csv.ts'
import { problemOf } from '../../ui/problem.tsx'
import { call, type Query } from '../api/client.ts'

type Asked = {
  accountId: string
  month: string
  /** Since when the tenant had it; undefined: the present one. */
  tenantSince: string | undefined
}

export const useBills = (complexId: number, { accountId, month, tenantSince }: Asked) =>
  useQuery({
    queryKey: ['bill', complexId, accountId, month, tenantSince],
    queryFn: async () => {
      try {
        return await call<Bills>(`/accounts/${accountId}/bills`, {
          query: { complexId, month, tenantSince },
        })
      } catch (error) {
        // The account had no supply in that month.
        if (problemOf(error).code === 'not_found') return { items: [] }
        throw error
      }
    },
  })

export const BILL_STATES = ['unpriced', 'estimated', 'waiting'] as const

export const listBills = (complexId: number, query: Query): Promise<BillList> =>
  call<BillList>('/bills', { query: { complexId, ...query } })

/** What all come to, for whoever did not begin at the first page. */
export const useBillSums = (complexId: number, query: Query) =>
  useQuery({
    queryKey: ['bill', 'sums', complexId, query],
    queryFn: async () => (await listBills(complexId, { ...query, limit: 1 })).sums,
  })

/** What the filters find, saved as a workbook. */
export const useBillSheet = (complexId: number, query: Query) =>
  useMutation({
    mutationFn: () =>
      call<Static<typeof BillSheet>>('/bills/sheet', { query: { complexId, ...query } }),
    onSuccess: saveFile,
  })
