// A new plan 新建电价方案, empty or begun as a copy of another.

import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { PlanDefinition } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { EffectiveField } from './effective-field.tsx'
import { NameFields } from './name-fields.tsx'
import { useNewPlan, usePlan } from './plan-data.ts'
import { PlanForm } from './plan-form.tsx'

const route = getRouteApi('/shell/plans/new')

const Save = ({ definition, today }: { definition: PlanDefinition | null; today: string }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const navigate = useNavigate()
  const [names, setNames] = useState({ name: '', nameEn: '' })
  const [effectiveFrom, setEffectiveFrom] = useState(today)
  const save = useNewPlan()
  const name = names.name.trim()
  const nameEn = names.nameEn.trim()
  const body =
    definition === null || name === '' || effectiveFrom === ''
      ? null
      : { complexId, name, nameEn, effectiveFrom, definition }
  const run = () => {
    if (body === null || save.isPending) return
    save.mutate(body, {
      onSuccess: ({ planId }) =>
        void navigate({
          to: '/plans/$planId',
          params: { planId: String(planId) },
          ignoreBlocker: true,
        }),
    })
  }
  return (
    <div className={layout.narrow}>
      <ActForm>
        <NameFields names={names} onNames={setNames} />
        <EffectiveField id="plan-from" day={effectiveFrom} onDay={setEffectiveFrom} today={today} />
        {save.error ? <ProblemAlert error={save.error} /> : null}
        <Button type="primary" disabled={body === null} loading={save.isPending} onClick={run}>
          {say('plan.save')}
        </Button>
      </ActForm>
    </div>
  )
}

const Copied = ({ planId, today }: { planId: string; today: string }) => {
  const { complexId } = useComplex()
  const { data: plan, error, refetch } = usePlan(complexId, planId)
  const definition = plan?.versions[0]?.definition
  if (error && !plan) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (!definition) return <Loading />
  return <Begun from={definition} today={today} />
}

const Begun = ({ from, today }: { from: PlanDefinition | undefined; today: string }) => {
  const { say } = useText()
  return (
    <PlanForm from={from} today={today}>
      {(complete, state) => (
        <Card title={say('plan.saving')}>
          <div className={layout.stack}>
            {state}
            <Save definition={complete} today={today} />
          </div>
        </Card>
      )}
    </PlanForm>
  )
}

export const NewPlanPage = () => {
  const { say } = useText()
  const { copy } = route.useSearch()
  const today = nowIn(useZone()).format('YYYY-MM-DD')
  return (
    <Page title={say('plan.new')} trail={<Link to="/plans">{say('nav.plans')}</Link>}>
      {copy ? <Copied planId={copy} today={today} /> : <Begun from={undefined} today={today} />}
    </Page>
  )
}
