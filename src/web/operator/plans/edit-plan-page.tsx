// The next version of a plan 方案新版本: written on the latest, tried, and saved only when it was seen
// what changes and whom it touches.

import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import type {
  NewVersion,
  PlanDefinition,
  PlanDetail,
  SavedVersion,
} from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useComplex } from '../complex.tsx'
import { CapNote } from '../price-cap/cap-note.tsx'
import { Loading } from '../shell/states.tsx'
import { Changes } from './changes.tsx'
import { EffectiveField } from './effective-field.tsx'
import { useNewVersion, usePlan } from './plan-data.ts'
import { draftOf, newDraft } from './plan-draft.ts'
import { PlanForm } from './plan-form.tsx'
import { planName } from './plan-name.ts'

const route = getRouteApi('/shell/plans/$planId/edit')

const Touched = ({ found }: { found: SavedVersion }) => {
  const { say } = useText()
  return (
    <div className={layout.stack}>
      {found.backdated ? <Alert type="warning" showIcon title={say('plan.backdatedText')} /> : null}
      <Facts
        rows={[
          [say('plan.effective'), <When key="e" at={found.effectiveFrom} />],
          [say('plan.supplies'), found.supplies],
          [say('plan.accounts'), found.accounts],
        ]}
      />
      <CapNote cap={found.cap} />
      <Changes changes={found.changes} />
    </div>
  )
}

type SaveProps = { plan: PlanDetail; definition: PlanDefinition | null; tomorrow: string }

const Save = ({ plan, definition, tomorrow }: SaveProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const planId = String(plan.planId)
  const navigate = useNavigate()
  const today = nowIn(useZone()).format('YYYY-MM-DD')
  const [effectiveFrom, setEffectiveFrom] = useState(tomorrow)
  const [note, setNote] = useState('')
  const dry = useNewVersion(complexId, planId)
  const save = useNewVersion(complexId, planId)
  const why = note.trim()
  const body: NewVersion | null =
    definition === null || effectiveFrom === ''
      ? null
      : { effectiveFrom, definition, ...(why === '' ? {} : { note: why }) }
  const run = () => {
    if (body === null || save.isPending) return
    save.mutate(body, {
      onSuccess: () => void navigate({ to: '/plans/$planId', params: { planId } }),
    })
  }
  return (
    <div className={layout.narrow}>
      <ActForm>
        <EffectiveField id="plan-from" day={effectiveFrom} onDay={setEffectiveFrom} today={today} />
        <TextField
          id="plan-note"
          label={say('plan.note')}
          text={note}
          onText={setNote}
          maxLength={500}
        />
        {dry.error ? <ProblemAlert error={dry.error} /> : null}
        <Button
          type="primary"
          disabled={body === null}
          loading={dry.isPending}
          onClick={() => body && dry.mutate({ ...body, dryRun: true })}
        >
          {say('plan.try')}
        </Button>
        <Confirm
          open={dry.data !== undefined}
          title={say('plan.saveVersion')}
          confirmText={say('plan.save')}
          widthPx={760}
          allowed={body !== null}
          busy={save.isPending}
          error={save.error}
          onConfirm={run}
          onCancel={() => dry.reset()}
        >
          {dry.data ? <Touched found={dry.data} /> : null}
        </Confirm>
      </ActForm>
    </div>
  )
}

const Begun = ({ plan }: { plan: PlanDetail }) => {
  const zone = useZone()
  const { say } = useText()
  const [first] = useState(() => {
    const latest = plan.versions[0]
    const season = say('plan.allYear')
    return latest ? draftOf(latest.definition, season) : newDraft(season)
  })
  const tomorrow = nowIn(zone).add(1, 'day').format('YYYY-MM-DD')
  return (
    <PlanForm first={first} today={tomorrow}>
      {(definition) => <Save plan={plan} definition={definition} tomorrow={tomorrow} />}
    </PlanForm>
  )
}

export const EditPlanPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { planId } = route.useParams()
  const { data: plan, error, refetch } = usePlan(complexId, planId)
  return (
    <Page title={say('plan.newVersion')} name={plan ? planName(plan, language) : ''}>
      {error && !plan ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!plan && !error ? <Loading /> : null}
      {plan ? <Begun key={plan.planId} plan={plan} /> : null}
    </Page>
  )
}
