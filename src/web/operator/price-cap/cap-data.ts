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
  /** Whether tenants bear what is lost on the way to them; then of what was bought: */
  withLosses: boolean
  tenants: string
  lost: string
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
  withLosses: false,
  tenants: '',
  lost: '',
  price: '',
  margin: '0',
  serviceFee: true,
  act: 'warn',
  note: '',
})

/** What neither tenants used nor was lost is common use; null where that can't be. */
const lossesOf = (boughtWh: number, { tenants, lost }: CapDraft) => {
  const tenantsWh = whOf(tenants)
  const lossWh = whOf(lost)
  if (!tenantsWh || lossWh === null) return null
  const commonWh = boughtWh - tenantsWh - lossWh
  return commonWh < 0 ? null : { tenantsWh, commonWh, lossWh }
}

const basisOf = (draft: CapDraft): CapBasis | null => {
  const { kind, bill, bought, price, withLosses } = draft
  if (kind === 'catalogue') {
    const priceE8 = e8Of(price)
    return priceE8 === null || priceE8 < 1 ? null : { kind, priceE8 }
  }
  const billFen = fenOf(bill)
  const boughtWh = whOf(bought)
  if (!billFen || !boughtWh) return null
  if (!withLosses) return { kind, billFen, boughtWh }
  const losses = lossesOf(boughtWh, draft)
  return losses && { kind, billFen, boughtWh, losses }
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
