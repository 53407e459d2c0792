// Who hears of an alarm that nobody acknowledges 报警升级, step by step.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import type {
  AlarmSettings,
  EscalationStep,
  SaveEscalation,
} from '../../../http/contract/alarms.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { ActForm } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { WhyField } from '../../ui/why-field.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { useSaveSetting } from './alarm-data.ts'
import styles from './alarms.module.css'
import { SEVERITIES } from './sound-choice.ts'
import { wholeWithin } from './whole.ts'

const STEPS_MAX = 12
const MINUTES_MAX = 10_080

type Draft = Omit<EscalationStep, 'afterMinutes'> & { key: number; after: string }

const draftsOf = (steps: readonly EscalationStep[]): Draft[] =>
  steps.map(({ afterMinutes, ...step }, key) => ({ ...step, key, after: String(afterMinutes) }))

/** Null while a step names nobody or no time. */
const stepsOf = (drafts: readonly Draft[]): EscalationStep[] | null => {
  const steps = drafts.flatMap(({ key: _key, after, ...step }) => {
    const afterMinutes = wholeWithin(after, 1, MINUTES_MAX)
    const reaches = step.roles.length + step.operatorIds.length > 0
    return afterMinutes !== null && reaches ? [{ ...step, afterMinutes }] : []
  })
  return steps.length === drafts.length ? steps : null
}

type StepProps = {
  step: Draft
  settings: AlarmSettings
  change: (part: Partial<Draft>) => void
  onRemove: () => void
}

const Step = ({ step, settings, change, onRemove }: StepProps) => {
  const { say, language } = useText()
  const id = `step-${step.key}`
  return (
    <div className={styles.step}>
      <label htmlFor={`${id}-severity`}>
        {say('alarm.severity')}
        <Select
          id={`${id}-severity`}
          value={step.severity}
          options={SEVERITIES.map((value) => ({ value, label: say(`severity.${value}`) }))}
          onChange={(severity) => change({ severity })}
        />
      </label>
      <label htmlFor={`${id}-after`}>
        {say('alarms.after')}
        <Input
          id={`${id}-after`}
          value={step.after}
          inputMode="numeric"
          onChange={({ target }) => change({ after: target.value })}
        />
      </label>
      <label htmlFor={`${id}-roles`}>
        {say('alarms.toRoles')}
        <Select
          id={`${id}-roles`}
          mode="multiple"
          value={step.roles}
          options={settings.roles.map(({ code, name }) => ({
            value: code,
            label: name[language],
          }))}
          onChange={(roles: string[]) => change({ roles })}
        />
      </label>
      <label htmlFor={`${id}-operators`}>
        {say('alarms.toOperators')}
        <Select
          id={`${id}-operators`}
          mode="multiple"
          value={step.operatorIds}
          options={settings.operators.map(({ operatorId, name }) => ({
            value: operatorId,
            label: name,
          }))}
          onChange={(operatorIds: number[]) => change({ operatorIds })}
        />
      </label>
      <Button
        icon={<DeleteOutlined aria-hidden />}
        aria-label={say('alarms.removeStep')}
        onClick={onRemove}
      />
    </div>
  )
}

const Saved = ({ escalation }: { escalation: AlarmSettings['escalation'] }) => {
  const { say } = useText()
  return (
    <p className={layout.lead}>
      {say('alarms.escalationMeans')}{' '}
      {escalation.isSet ? (
        <>
          <When at={escalation.savedAt} /> <Name>{escalation.savedBy}</Name>{' '}
          <Name>{escalation.reason}</Name>
        </>
      ) : (
        say('alarms.supplied')
      )}
    </p>
  )
}

export const EscalationCard = ({ settings }: { settings: AlarmSettings }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const mayEdit = useMay('alarm.edit')
  const save = useSaveSetting<SaveEscalation>('/alarm-escalation')
  const [drafts, setDrafts] = useState(() => draftsOf(settings.escalation.steps))
  const [reason, setReason] = useState('')
  const steps = stepsOf(drafts)
  const add = () => {
    const key = Math.max(-1, ...drafts.map((one) => one.key)) + 1
    const empty = { severity: 'serious', after: '', roles: [], operatorIds: [] } as const
    setDrafts([...drafts, { ...empty, key, roles: [], operatorIds: [] }])
  }
  return (
    <Card title={say('alarms.escalation')}>
      <Saved escalation={settings.escalation} />
      <fieldset disabled={!mayEdit} style={{ border: 0, padding: 0, margin: '12px 0 0' }}>
        <ActForm>
          {drafts.map((step) => (
            <Step
              key={step.key}
              step={step}
              settings={settings}
              change={(part) =>
                setDrafts(drafts.map((one) => (one === step ? { ...one, ...part } : one)))
              }
              onRemove={() => setDrafts(drafts.filter((one) => one !== step))}
            />
          ))}
          <div className={layout.line}>
            <Button
              icon={<PlusOutlined aria-hidden />}
              disabled={drafts.length >= STEPS_MAX}
              onClick={add}
            >
              {say('alarms.addStep')}
            </Button>
          </div>
          <div className={layout.line} style={{ marginBlockStart: 12 }}>
            <WhyField id="escalation-reason" text={reason} onText={setReason} />
            <Button
              disabled={steps === null || reason.trim() === ''}
              loading={save.isPending}
              onClick={() => save.mutate({ complexId, steps, reason: reason.trim() })}
            >
              {say('policy.save')}
            </Button>
          </div>
        </ActForm>
      </fieldset>
      {save.error ? <ProblemAlert error={save.error} /> : null}
    </Card>
  )
}
