// The life of an account 用户档案 from the server: what can be changed, its history, hand-over, deposit
// and closing.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  AccountHistory,
  AccountLife,
  CloseAccount,
  Closing,
  ClosingState,
  DecideClosing,
  DepositTaken,
  EditAccount,
  PaidClosing,
  PayClosing,
  TakeDeposit,
  TransferAccount,
  Transferred,
} from '../../../http/contract/account-life.ts'
import type { Waived, WaiverRequest } from '../../../http/contract/payouts.ts'
import type { FileAnswer } from '../../../http/contract/sheets.ts'
import type { Account } from '../../../http/contract.ts'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'

const WATCH_MS = 2_000
const REST_MS = 15_000

const RENEWS = [['account'], ['accounts'], ['life'], ['history'], ['sales'], ['payouts']] as const

const hasEnded = (state: ClosingState): boolean => state === 'closed' || state === 'aborted'

/** Watched closely while a closing goes on. */
export const useLife = (accountId: number) =>
  useQuery({
    queryKey: ['life', accountId],
    queryFn: () => call<AccountLife>(`/accounts/${accountId}/life`),
    refetchInterval: ({ state }) => {
      const closing = state.data?.closing
      return closing && !hasEnded(closing.state) ? WATCH_MS : REST_MS
    },
  })

export const useHistory = (accountId: number) =>
  useQuery({
    queryKey: ['history', accountId],
    queryFn: () => call<Static<typeof AccountHistory>>(`/accounts/${accountId}/history`),
  })

const pathOf = (accountId: number, rest = '') => `/accounts/${accountId}${rest}`

export const useEdit = (accountId: number) =>
  useAct<EditAccount, Account>(pathOf(accountId), { method: 'PATCH', renews: RENEWS })

export const useDeposit = (accountId: number) =>
  useAct<TakeDeposit, DepositTaken>(pathOf(accountId, '/deposit'), { renews: RENEWS })

export const useWaive = (accountId: number) =>
  useAct<WaiverRequest, Waived>(pathOf(accountId, '/waive'), { renews: RENEWS })

export const useTransfer = (accountId: number) =>
  useAct<TransferAccount, Transferred>(pathOf(accountId, '/transfer'), { renews: RENEWS })

export const useClose = (accountId: number) =>
  useAct<CloseAccount, Closing>(pathOf(accountId, '/close'), { renews: RENEWS })

export const useDecideClosing = (accountId: number) =>
  useAct<DecideClosing, Closing>(pathOf(accountId, '/closing/decide'), { renews: RENEWS })

export const usePayClosing = (accountId: number) =>
  useAct<PayClosing, Static<typeof PaidClosing>>(pathOf(accountId, '/closing/pay'), {
    renews: RENEWS,
  })

export const useAbortClosing = (accountId: number) =>
  useAct<Record<string, never>, Closing>(pathOf(accountId, '/closing/abort'), { renews: RENEWS })

/** 对账单: of the present tenant, or of the last one of a closed account. */
export const fetchStatement = (accountId: number): Promise<FileAnswer> =>
  call(`/accounts/${accountId}/export`)
