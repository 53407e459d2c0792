// The frame of every page about one plan 单个方案页: its name above, once it has come.

import type { ReactNode } from 'react'
import type { PlanDetail } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { usePlan } from './plan-data.ts'
import { planName } from './plan-name.ts'

type OnePlanProps = {
  title: string
  planId: string
  tools?: (plan: PlanDetail) => ReactNode
  children: (plan: PlanDetail) => ReactNode
}

export const OnePlan = ({ title, planId, tools, children }: OnePlanProps) => {
  const { language } = useText()
  const { complexId } = useComplex()
  const { data: plan, error, refetch } = usePlan(complexId, planId)
  return (
    <Page
      title={title}
      name={plan ? planName(plan, language) : ''}
      tools={plan && tools ? tools(plan) : null}
    >
      {error && !plan ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!plan && !error ? <Loading /> : null}
      {plan ? children(plan) : null}
    </Page>
  )
}
