// One sale from finding the meter to the answer 售电流程. Pure. Every opening of the form has one
// request id; it is used again on every retry and given up only when the sale has been answered, so
// no key, click or broken line can sell twice.

import type {
  Account,
  Problem,
  Receipt,
  RechargeAnswer,
  RechargeRequest,
} from '../../../http/contract.ts'
import { METHODS, type Method } from '../../ui/methods.ts'

/** What was found: money goes into one named meter of one account. */
export type Choice = { account: Account; meter: Account['meters'][number] }

export type Step = 'find' | 'amount' | 'checking' | 'confirm' | 'selling'

export type Sale = {
  step: Step
  requestId: string
  choice: Choice | null
  amountText: string
  amountFen: number | null
  method: Method
  /** What the dry run computed, shown for confirmation. */
  preview: Receipt | null
  /** What the operator may not sell alone, and a second person's agreement once it is there. */
  need: RechargeAnswer['approval'] | null
  approvalId: string | null
  /** The same amount was sold to this meter minutes ago: asks, and goes on when accepted. */
  similar: 'no' | 'asked' | 'accepted'
  problem: Problem | null
  /** Sent and not answered: it may have been sold, and only the same request id can tell. */
  unknown: boolean
}

export type SaleEvent =
  | { kind: 'reset'; requestId: string }
  | { kind: 'chosen'; choice: Choice }
  | { kind: 'typed'; text: string; amountFen: number | null }
  | { kind: 'method'; method: Method }
  | { kind: 'check' }
  | { kind: 'checked'; preview: Receipt; need?: Sale['need'] }
  | { kind: 'agreed'; approvalId: string }
  | { kind: 'sell' }
  | { kind: 'accept'; accepted: boolean }
  | { kind: 'refused'; problem: Problem }
  | { kind: 'back' }

export const newSale = (requestId: string, method: Method): Sale => ({
  step: 'find',
  requestId,
  choice: null,
  amountText: '',
  amountFen: null,
  method,
  preview: null,
  need: null,
  approvalId: null,
  similar: 'no',
  problem: null,
  unknown: false,
})

/** After F4: the next pay method, round and round. */
export const nextMethod = (method: Method): Method =>
  METHODS[(METHODS.indexOf(method) + 1) % METHODS.length] ?? 'cash'

export const mayCheck = (sale: Sale): boolean =>
  sale.step === 'amount' && sale.choice !== null && (sale.amountFen ?? 0) >= 1

export const maySell = (sale: Sale): boolean =>
  sale.step === 'confirm' &&
  sale.preview !== null &&
  sale.similar !== 'asked' &&
  (!sale.need || sale.approvalId !== null)

const SIMILAR = 'similar_sale_recent'

/** No answer, or a server that broke while answering. */
const tellsNothing = (problem: Problem): boolean => problem.status === 0 || problem.status >= 500

const refused = (sale: Sale, problem: Problem): Sale => {
  switch (sale.step) {
    case 'checking':
      return { ...sale, step: 'amount', problem }
    case 'selling':
      return problem.code === SIMILAR
        ? { ...sale, step: 'confirm', similar: 'asked', problem: null, unknown: false }
        : { ...sale, step: 'confirm', problem, unknown: tellsNothing(problem) }
    case 'find':
    case 'amount':
    case 'confirm':
      return { ...sale, problem }
  }
}

/** Another amount is looked at, and agreed to, anew. */
const UNCHECKED = {
  preview: null,
  need: null,
  approvalId: null,
  similar: 'no',
  problem: null,
} as const

const back = (sale: Sale): Sale => {
  switch (sale.step) {
    case 'find':
      return sale
    case 'amount':
      return { ...newSale(sale.requestId, sale.method) }
    case 'confirm':
      if (sale.unknown) return sale
      return { ...sale, ...UNCHECKED, step: 'amount' }
    // A request that is on its way is waited for.
    case 'checking':
    case 'selling':
      return sale
  }
}

const whileChoosing = (sale: Sale): boolean => sale.step === 'find' || sale.step === 'amount'

/** The next state; an event that does not belong to this step changes nothing. */
export const saleAfter = (sale: Sale, event: SaleEvent): Sale => {
  switch (event.kind) {
    case 'reset':
      return sale.step === 'selling' || sale.unknown ? sale : newSale(event.requestId, sale.method)
    case 'chosen':
      return whileChoosing(sale)
        ? { ...sale, step: 'amount', choice: event.choice, problem: null }
        : sale
    case 'typed':
      return sale.step === 'amount'
        ? { ...sale, amountText: event.text, amountFen: event.amountFen, problem: null }
        : sale
    case 'method':
      return whileChoosing(sale) ? { ...sale, method: event.method } : sale
    case 'check':
      return mayCheck(sale) ? { ...sale, step: 'checking', problem: null } : sale
    case 'checked':
      return sale.step === 'checking'
        ? { ...sale, step: 'confirm', preview: event.preview, need: event.need ?? null }
        : sale
    case 'agreed':
      return sale.step === 'confirm' && sale.need
        ? { ...sale, approvalId: event.approvalId, problem: null }
        : sale
    case 'sell':
      return maySell(sale) ? { ...sale, step: 'selling', problem: null } : sale
    case 'accept':
      return sale.step === 'confirm' && sale.similar !== 'no'
        ? { ...sale, similar: event.accepted ? 'accepted' : 'asked' }
        : sale
    case 'refused':
      return refused(sale, event.problem)
    case 'back':
      return back(sale)
  }
}

/** Sold and answered: the form is empty again, with a new request id and the same pay method. */
export const afterSold = (sale: Sale, requestId: string): Sale => newSale(requestId, sale.method)

/** The body of the request; null where there is nothing to send. */
export const requestOf = (sale: Sale, dryRun: boolean): RechargeRequest | null => {
  const { choice, amountFen, method, preview, similar } = sale
  if (choice === null || amountFen === null) return null
  const asked = { meterId: choice.meter.meterId, amountFen, method }
  if (dryRun) return { ...asked, dryRun: true }
  if (preview === null) return null
  return {
    ...asked,
    // What the clerk saw; another sale in between is refused and looked at again.
    expectedPurchaseNo: preview.purchaseNo,
    ...(similar === 'accepted' ? { similarAccepted: true } : {}),
    ...(sale.approvalId === null ? {} : { approvalId: sale.approvalId }),
  }
}
