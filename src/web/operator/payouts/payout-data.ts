// Money back 退款 from the server: reasons, refunds, reversals, what waits for a meter, and vouchers.

import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { ApprovalRequest } from '../../../http/contract/approvals.ts'
import type {
  PayableUsed,
  PayoutAnswer,
  PayoutReasonCode,
  PayoutReasons,
  Voucher,
} from '../../../http/contract/payouts.ts'
import type { Reduction } from '../../../http/contract/reductions.ts'
import type { Account, ListOf } from '../../../http/contract.ts'
import type { Method } from '../../ui/methods.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'

const WATCH_MS = 2_000
const LIST_MS = 10_000

/** A sale as far as striking it out needs to know it. */
export type SoldSale = {
  saleId: string
  receiptNo: string
  tenant: string
  paidFen: number
  method: Method
}

export type Subject =
  | { kind: 'refund'; account: Account }
  | { kind: 'reverse'; sale: SoldSale }
  | { kind: 'pay'; reduction: Reduction }
  /** Money that nobody has claimed, all of it. */
  | { kind: 'payable'; account: Account; unclaimedFen: number }

export type PayoutFields = {
  meterId: number | null
  /** Empty: all that is left. */
  amountFen: number | null
  all: boolean
  method: Method
  reasonCode: PayoutReasonCode | null
  note: string
}

export const pathOf = (subject: Subject): string => {
  switch (subject.kind) {
    case 'refund':
      return `/accounts/${subject.account.accountId}/refund`
    case 'reverse':
      return `/sales/${subject.sale.saleId}/reverse`
    case 'pay':
      return `/reductions/${subject.reduction.reductionId}/pay`
    case 'payable':
      return `/accounts/${subject.account.accountId}/payable`
  }
}

export type PayoutBody = Omit<ApprovalRequest, 'operation'> & {
  /** What is done with money that nobody has claimed. */
  use?: 'payOut'
  dryRun?: boolean
  approvalId?: string
}

/** What is asked of the server; null where something is still missing. */
export const bodyOf = (subject: Subject, fields: PayoutFields): PayoutBody | null => {
  const { method, reasonCode, meterId, amountFen, all } = fields
  if (subject.kind === 'pay') return { method }
  const note = fields.note.trim()
  if (reasonCode === null || (reasonCode === 'other' && note === '')) return null
  const why = { method, reasonCode, ...(note === '' ? {} : { note }) }
  if (subject.kind === 'reverse') return why
  if (subject.kind === 'payable') return { ...why, use: 'payOut', amountFen: subject.unclaimedFen }
  if (!all && (amountFen ?? 0) < 1) return null
  const inMeter = subject.account.mode === 'meter'
  if (inMeter && meterId === null) return null
  return {
    ...why,
    ...(inMeter && meterId !== null ? { meterId } : {}),
    ...(all || amountFen === null ? { all: true as const } : { amountFen }),
  }
}

/** The same, as the second person is asked to agree to it. */
export const approvalOf = (
  subject: Subject,
  { use: _use, dryRun: _dryRun, approvalId: _approvalId, ...body }: PayoutBody,
): ApprovalRequest => {
  switch (subject.kind) {
    case 'refund':
      return { ...body, operation: 'account.refund', accountId: subject.account.accountId }
    case 'reverse':
      return { ...body, operation: 'sale.reverse', saleId: subject.sale.saleId }
    case 'pay':
      return { ...body, operation: 'reduction.pay', reductionId: subject.reduction.reductionId }
    case 'payable':
      return { ...body, operation: 'account.payable', accountId: subject.account.accountId }
  }
}

type Answered = PayoutAnswer | Voucher | PayableUsed

const RENEWS = [
  ['life'],
  ['payouts'],
  ['reductions'],
  ['account'],
  ['accounts'],
  ['sales'],
  ['purchases'],
]

export const usePayout = (complexId: number, subject: Subject) =>
  useAct<PayoutBody, Answered>(pathOf(subject), {
    query: { complexId },
    renews: RENEWS,
  })

const ofVoucher = (voucher: Voucher): PayoutAnswer => ({
  dryRun: false,
  state: 'paid',
  payout: voucher,
  reductionId: voucher.reductionId,
  amountFen: voucher.paidFen,
  approval: null,
})

/** What was answered: a payout of a reduction, or of unclaimed money, has a form of its own. */
export const answerOf = (data: Answered | undefined): PayoutAnswer | undefined => {
  if (data === undefined || 'state' in data) return data
  if ('payoutId' in data) return ofVoucher(data)
  const { dryRun, payout, amountFen, approval } = data
  return { dryRun, state: 'paid', payout, reductionId: null, amountFen, approval }
}

export const useReasons = () =>
  useQuery({
    queryKey: ['payoutReasons'],
    queryFn: () => call<Static<typeof PayoutReasons>>('/payout-reasons'),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const useVoucher = (complexId: number, payoutId: string) =>
  useQuery({
    queryKey: ['voucher', payoutId],
    queryFn: () => call<Voucher>(`/payouts/${payoutId}`, { query: { complexId } }),
    // A voucher never changes.
    staleTime: Number.POSITIVE_INFINITY,
  })

export const listVouchers = (complexId: number, query: Query): Promise<ListOf<Voucher>> =>
  call<ListOf<Voucher>>('/payouts', { query: { complexId, ...query } })

export const useVouchers = (complexId: number, query: Query) =>
  useQuery({
    queryKey: ['payouts', complexId, query],
    queryFn: () => listVouchers(complexId, query),
  })

export const listReductions = (complexId: number, query: Query): Promise<ListOf<Reduction>> =>
  call<ListOf<Reduction>>('/reductions', { query: { complexId, ...query } })

export const useReductions = (complexId: number, query: Query) =>
  useQuery({
    queryKey: ['reductions', complexId, query],
    queryFn: () => listReductions(complexId, query),
    refetchInterval: LIST_MS,
  })

const hasEnded = (state: Reduction['state']): boolean => state === 'DONE' || state === 'CANCELLED'

export const useReduction = (complexId: number, reductionId: string) =>
  useQuery({
    queryKey: ['reductions', complexId, reductionId],
    queryFn: () => call<Reduction>(`/reductions/${reductionId}`, { query: { complexId } }),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.state) ? false : WATCH_MS),
  })
