// Accounts 户 and what opening one needs.

import { useQuery } from '@tanstack/react-query'
import type { Account, ListOf, OpenAccount } from '../../../http/contract.ts'
import { call, type Query } from '../api/client.ts'

export type Opened = { accountId: number; accountNo: string }

const ASK_AGAIN_MS = 10_000

export const listAccounts = (complexId: number, query: Query): Promise<ListOf<Account>> =>
  call<ListOf<Account>>('/accounts', { query: { complexId, ...query } })

export const useAccount = (accountId: string) =>
  useQuery({
    queryKey: ['account', accountId],
    queryFn: () => call<Account>(`/accounts/${accountId}`),
    refetchInterval: ASK_AGAIN_MS,
  })

export const openAccount = (body: OpenAccount, requestId: string): Promise<Opened> =>
  call<Opened>('/accounts', { method: 'POST', body, requestId })
