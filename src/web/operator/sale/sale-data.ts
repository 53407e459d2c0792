// What selling asks of the server 售电接口: find, dry run, sell, and the latest purchases.

import { useQuery } from '@tanstack/react-query'
import type { Account, ListOf, RechargeAnswer, RechargeRequest } from '../../../http/contract.ts'
import { call, newRequestId } from '../api/client.ts'
import type { Choice } from './sale-flow.ts'

const FOUND_MAX = 20
/** Below this a typed number is still being typed; a whole meter or account number is longer. */
const EXACT_LENGTH_MIN = 8

export const choicesOf = (accounts: readonly Account[]): Choice[] =>
  accounts.flatMap((account) => account.meters.map((meter) => ({ account, meter })))

/** The one choice that the text names in full, as a scanner gives it; null where there is none. */
export const exactChoice = (choices: readonly Choice[], text: string): Choice | null => {
  if (text.length < EXACT_LENGTH_MIN) return null
  const named = choices.filter(
    ({ account, meter }) =>
      meter.meterNo === text || meter.address === text || account.accountNo === text,
  )
  return named.length === 1 ? (named[0] ?? null) : null
}

export const useFound = (complexId: number, text: string) =>
  useQuery({
    queryKey: ['find', complexId, text],
    queryFn: async () => {
      const query = { complexId, search: text, limit: FOUND_MAX }
      const list = await call<ListOf<Account>>('/accounts', { query })
      return { text, choices: choicesOf(list.items) }
    },
    enabled: text !== '',
    placeholderData: (previous) => previous,
  })

/** The account and meter that a link names, for a sale that begins on another page. */
export const fetchChoice = async (
  complexId: number,
  accountId: string,
  meterId: string | undefined,
): Promise<Choice | null> => {
  const account = await call<Account>(`/accounts/${accountId}`, { query: { complexId } })
  const choices = choicesOf([account])
  const named = choices.find(({ meter }) => String(meter.meterId) === meterId)
  return named ?? (choices.length === 1 ? (choices[0] ?? null) : null)
}

/** Sells, or with `dryRun` computes what a sale would do. */
export const recharge = (
  choice: Choice,
  body: RechargeRequest,
  requestId: string,
): Promise<RechargeAnswer> =>
  call<RechargeAnswer>(`/accounts/${choice.account.accountId}/recharge`, {
    method: 'POST',
    body,
    // A dry run must never use up the id of the sale.
    requestId: body.dryRun ? newRequestId() : requestId,
  })
