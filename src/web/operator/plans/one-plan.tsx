// The frame of every page about one plan 单个方案页: its name above, once it has come.

import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlanDetail } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { usePlan } from './plan-data.ts'
import { planName } from './plan-name.ts'

type OnePlanProps = {
  title: string
  planId: string
  /** Whether the page is about a plan as a whole, or something done with it. */
  whole?: true
  tools?: (plan: PlanDetail) => ReactNode
  children: (plan: PlanDetail) => ReactNode
}

export const OnePlan = ({ title, planId, whole, tools, children }: OnePlanProps) => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { data: plan, error, refetch } = usePlan(complexId, planId)
  return (
    <Page
      title={title}
      name={whole && plan ? planName(plan, language) : ''}
      trail={
        <>
          <Link to="/plans">{say('nav.plans')}</Link>
          {whole || !plan ? null : (
            <Link to="/plans/$planId" params={{ planId }}>
              <Name>{planName(plan, language)}</Name>
            </Link>
          )}
        </>
      }
      tools={plan && tools ? tools(plan) : null}
    >
      {error && !plan ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!plan && !error ? <Loading /> : null}
      {plan ? children(plan) : null}
    </Page>
  )
}
