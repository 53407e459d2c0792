// The next version of a plan 方案新版本: written on the latest, tried, and saved only when it was seen
// what changes and whom it touches.

import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useState } from 'react'
import type {
  NewVersion,
  PlanDefinition,
  PlanDetail,
  SavedVersion,
} from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Card, Facts } from '../../ui/page.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useComplex } from '../complex.tsx'
import { CapNote } from '../price-cap/cap-note.tsx'
import { PreviewPast } from '../rerate/preview-past.tsx'
import { Changes } from './changes.tsx'
import { EffectiveField } from './effective-field.tsx'
import { OnePlan } from './one-plan.tsx'
import { useNewVersion } from './plan-data.ts'
import { PlanForm } from './plan-form.tsx'
import { Tried } from './tried.tsx'

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
  const toPlan = () =>
    void navigate({ to: '/plans/$planId', params: { planId }, ignoreBlocker: true })
  const request = { operation: 'plan.version' as const, targetId: plan.planId, body: { ...body } }
  const run = () => body && save.mutate(body, { onSuccess: toPlan })
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
        <Tried
          title={say('plan.saveVersion')}
          confirmText={say('plan.save')}
          widthPx={760}
          ready={body !== null}
          dry={dry}
          act={save}
          asks={{ request, onDone: toPlan }}
          does={({ rerates }) => rerates === 0}
          onTry={() => body && dry.mutate({ ...body, dryRun: true })}
          onDo={run}
        >
          {(found) => (
            <>
              <Touched found={found} />
              {found.rerates > 0 && definition !== null ? (
                <PreviewPast
                  note={note}
                  change={{ kind: 'price', planId: plan.planId, effectiveFrom, definition }}
                />
              ) : null}
            </>
          )}
        </Tried>
      </ActForm>
    </div>
  )
}

export const EditPlanPage = () => {
  const { say } = useText()
  const { planId } = route.useParams()
  const tomorrow = nowIn(useZone()).add(1, 'day').format('YYYY-MM-DD')
  return (
    <OnePlan title={say('plan.newVersion')} planId={planId}>
      {(plan) => (
        <PlanForm key={plan.planId} from={plan.versions[0]?.definition} today={tomorrow}>
          {(definition, state) => (
            <Card title={say('plan.saving')}>
              <div className={layout.stack}>
                {state}
                <Save plan={plan} definition={definition} tomorrow={tomorrow} />
              </div>
            </Card>
          )}
        </PlanForm>
      )}
    </OnePlan>
  )
}
