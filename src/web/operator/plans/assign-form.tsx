// The act of giving a plan 指派: which plan, from which day, tried first, then done and told.

import { Alert, Form, Select } from 'antd'
import { useState } from 'react'
import type { Assigned, Assignment, SupplyPlan } from '../../../http/contract/plans.ts'
import type { PastChange } from '../../../http/contract/rerate.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { ActForm, type FieldsProps, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { whOf } from '../../ui/money-text.ts'
import { Card, Facts } from '../../ui/page.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useComplex } from '../complex.tsx'
import { CapNote } from '../price-cap/cap-note.tsx'
import { PreviewPast } from '../rerate/preview-past.tsx'
import { EffectiveField } from './effective-field.tsx'
import { useAssign } from './plan-data.ts'
import { usePlanOptions } from './plan-name.ts'
import { Supplies } from './supplies-table.tsx'
import { Tried } from './tried.tsx'

const Answer = ({ answer }: { answer: Assigned }) => {
  const { say } = useText()
  return (
    <div className={layout.stack}>
      {answer.backdated ? (
        <Alert type="warning" showIcon title={say('plan.backdatedText')} />
      ) : null}
      <Facts
        rows={[
          [say('plan.effective'), <When key="e" at={answer.effectiveFrom} />],
          [say('assign.changing'), answer.supplies],
          [say('plan.accounts'), answer.accounts],
          [say('assign.unchanged'), answer.unchanged],
        ]}
      />
      <CapNote cap={answer.cap} />
      <Supplies shown={answer.items} chosen={new Set()} onChosen={null} />
    </div>
  )
}

type Fields = { effectiveFrom: string; capacity: string; note: string }

const bodyOf = (supplies: readonly SupplyPlan[], fields: Fields): Assignment | null => {
  const note = fields.note.trim()
  const capacityVa = whOf(fields.capacity)
  const badCapacity = fields.capacity.trim() !== '' && capacityVa === null
  if (supplies.length === 0 || fields.effectiveFrom === '' || badCapacity) return null
  return {
    supplyIds: supplies.map(({ supplyId }) => supplyId),
    effectiveFrom: fields.effectiveFrom,
    ...(capacityVa === null ? {} : { capacityVa }),
    ...(note === '' ? {} : { note }),
  }
}

const pastOf = (planId: number | null, body: Assignment | null): PastChange | null => {
  if (planId === null || body === null) return null
  const { note: _, dryRun: _dry, ...rest } = body
  return { kind: 'assignment', planId, ...rest }
}

type PlanSelectProps = { planId: number | null; onPlan: (planId: number) => void }

const PlanSelect = ({ planId, onPlan }: PlanSelectProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { options } = usePlanOptions(complexId, 'toGive')
  return (
    <Form.Item label={say('assign.plan')} htmlFor="assign-plan">
      <Select
        id="assign-plan"
        style={{ maxWidth: 420 }}
        showSearch={{ optionFilterProp: 'label' }}
        value={planId}
        onChange={onPlan}
        options={options}
      />
    </Form.Item>
  )
}

const AssignFields = ({ fields, change, today }: FieldsProps<Fields> & { today: string }) => {
  const { say } = useText()
  return (
    <>
      <EffectiveField
        id="assign-from"
        day={fields.effectiveFrom}
        onDay={(effectiveFrom) => change({ effectiveFrom })}
        today={today}
      />
      <TextField
        id="assign-capacity"
        label={say('assign.capacity')}
        text={fields.capacity}
        onText={(capacity) => change({ capacity })}
        hint={say('assign.capacityHint')}
        decimal
      />
      <TextField
        id="assign-note"
        label={say('plan.note')}
        text={fields.note}
        onText={(note) => change({ note })}
        maxLength={500}
      />
    </>
  )
}

const Done = ({ n }: { n: number }) => {
  const { say } = useText()
  return <Alert type="success" showIcon role="status" title={say('assign.done', { n })} />
}

type AssignFormProps = {
  supplies: readonly SupplyPlan[]
  firstPlan: string | undefined
  onDone: () => void
}

export const AssignForm = ({ supplies, firstPlan, onDone }: AssignFormProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const now = nowIn(useZone())
  const today = now.format('YYYY-MM-DD')
  const [planId, setPlanId] = useState(firstPlan === undefined ? null : Number(firstPlan))
  const tomorrow = now.add(1, 'day').format('YYYY-MM-DD')
  const [fields, setFields] = useState({ effectiveFrom: tomorrow, capacity: '', note: '' })
  const dry = useAssign(complexId, planId)
  const assign = useAssign(complexId, planId)
  const body = planId === null ? null : bodyOf(supplies, fields)
  const past = pastOf(planId, body)
  const change = (part: Partial<Fields>) => setFields({ ...fields, ...part })
  const done = () => {
    dry.reset()
    onDone()
  }
  return (
    <Card title={say('assign.title', { n: supplies.length })}>
      <div className={layout.narrow}>
        <ActForm>
          <PlanSelect planId={planId} onPlan={setPlanId} />
          <AssignFields fields={fields} change={change} today={today} />
          {assign.data ? <Done n={assign.data.supplies} /> : null}
          <Tried
            title={say('plan.assign')}
            confirmText={say('assign.do')}
            widthPx={960}
            danger
            ready={body !== null}
            dry={dry}
            act={assign}
            asks={{
              request: { operation: 'plan.assign', targetId: planId ?? 0, body: { ...body } },
              onDone: done,
            }}
            does={({ supplies: changing, rerates }) => changing > 0 && rerates === 0}
            onTry={() => body && dry.mutate({ ...body, dryRun: true })}
            onDo={() => body && assign.mutate(body, { onSuccess: done })}
          >
            {(answer) => (
              <>
                <Answer answer={answer} />
                {answer.rerates > 0 ? <PreviewPast change={past} note={fields.note} /> : null}
              </>
            )}
          </Tried>
        </ActForm>
      </div>
    </Card>
  )
}
