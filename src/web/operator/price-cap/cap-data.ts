// The price cap 转供电价格上限 from the server, and a new setting as it is typed.

import { useQuery } from '@tanstack/react-query'
import type {
  CapBasis,
  CapReport,
  NewPriceCap,
  PriceCap,
  PriceCaps,
} from '../../../http/contract/price-cap.ts'
import { e6Of, e8Of, fenOf, whOf } from '../../ui/money-text.ts'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'

export const usePriceCaps = (complexId: number) =>
  useQuery({
    queryKey: ['priceCap', complexId],
    queryFn: () => call<PriceCaps>('/price-cap', { query: { complexId } }),
  })

export const useCapReport = (complexId: number, month: string | undefined) =>
  useQuery({
    queryKey: ['priceCap', complexId, 'report', month],
    queryFn: () => call<CapReport>('/price-cap/report', { query: { complexId, month } }),
  })

export const useSaveCap = () =>
  useAct<NewPriceCap, PriceCap>('/price-cap', { renews: [['priceCap'], ['planCheck']] })

export type CapDraft = {
  since: string
  kind: CapBasis['kind']
  bill: string
  bought: string
  price: string
  margin: string
  serviceFee: boolean
  act: NewPriceCap['act']
  note: string
}

export const newCap = (since: string): CapDraft => ({
  since,
  kind: 'averagePurchase',
  bill: '',
  bought: '',
  price: '',
  margin: '0',
  serviceFee: true,
  act: 'warn',
  note: '',
})

const basisOf = ({ kind, bill, bought, price }: CapDraft): CapBasis | null => {
  if (kind === 'catalogue') {
    const priceE8 = e8Of(price)
    return priceE8 === null || priceE8 < 1 ? null : { kind, priceE8 }
  }
  const billFen = fenOf(bill)
  const boughtWh = whOf(bought)
  return billFen && boughtWh ? { kind, billFen, boughtWh } : null
}

/** Null where something is missing or no figure. */
export const capOf = (complexId: number, draft: CapDraft): NewPriceCap | null => {
  const basis = basisOf(draft)
  const marginE6 = e6Of(draft.margin)
  const { since, serviceFee, act } = draft
  const note = draft.note.trim()
  if (basis === null || marginE6 === null || since === '') return null
  return { complexId, since, basis, marginE6, serviceFee, act, ...(note === '' ? {} : { note }) }
}
