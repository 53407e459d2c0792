// A new plan 新建电价方案, empty or begun as a copy of another.

import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { PlanDefinition } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { EffectiveField } from './effective-field.tsx'
import { useNewPlan, usePlan } from './plan-data.ts'
import { draftOf, newDraft } from './plan-draft.ts'
import { PlanForm } from './plan-form.tsx'

const route = getRouteApi('/shell/plans/new')

const Save = ({ definition, today }: { definition: PlanDefinition | null; today: string }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [nameEn, setNameEn] = useState('')
  const [effectiveFrom, setEffectiveFrom] = useState(today)
  const save = useNewPlan()
  const body =
    definition === null || name.trim() === '' || effectiveFrom === ''
      ? null
      : { complexId, name: name.trim(), nameEn: nameEn.trim(), effectiveFrom, definition }
  const run = () => {
    if (body === null || save.isPending) return
    save.mutate(body, {
      onSuccess: ({ planId }) =>
        void navigate({ to: '/plans/$planId', params: { planId: String(planId) } }),
    })
  }
  return (
    <div className={layout.narrow}>
      <ActForm>
        <TextField
          id="plan-name"
          label={say('plan.name')}
          text={name}
          onText={setName}
          maxLength={100}
        />
        <TextField
          id="plan-name-en"
          label={say('plan.nameEn')}
          text={nameEn}
          onText={setNameEn}
          maxLength={100}
        />
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
  return <Begun definition={definition} today={today} />
}

const Begun = ({ definition, today }: { definition: PlanDefinition | null; today: string }) => {
  const { say } = useText()
  const [first] = useState(() => {
    const season = say('plan.allYear')
    return definition ? draftOf(definition, season) : newDraft(season)
  })
  return (
    <PlanForm first={first} today={today}>
      {(complete) => <Save definition={complete} today={today} />}
    </PlanForm>
  )
}

export const NewPlanPage = () => {
  const { say } = useText()
  const { copy } = route.useSearch()
  const today = nowIn(useZone()).format('YYYY-MM-DD')
  return (
    <Page title={say('plan.new')}>
      {copy ? <Copied planId={copy} today={today} /> : <Begun definition={null} today={today} />}
    </Page>
  )
}
