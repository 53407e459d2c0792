// Plans by name 方案名称, as the reader's language has it, to be chosen from.

import type { Plan } from '../../../http/contract/plans.ts'
import { type Language, useText } from '../../text/i18n.ts'
import { useAllPlans } from './plan-data.ts'

export const planName = (plan: { name: string; nameEn: string }, language: Language): string =>
  (language === 'en' && plan.nameEn) || plan.name

/** Plans to be chosen from; those that are retired are only for what has them. */
export const usePlanOptions = (complexId: number, which: 'all' | 'toGive') => {
  const { language } = useText()
  const { data, error, isPending } = useAllPlans(complexId)
  const isShown = ({ retiredAt }: Plan) => which === 'all' || retiredAt === null
  const options = (data?.items ?? [])
    .filter(isShown)
    .map((plan) => ({ value: plan.planId, label: planName(plan, language) }))
  return { options, error, isPending }
}

/** The same as they stand in a URL. */
export const usePlanFilter = (complexId: number) =>
  usePlanOptions(complexId, 'all').options.map(({ value, label }) => ({
    value: String(value),
    label,
  }))
