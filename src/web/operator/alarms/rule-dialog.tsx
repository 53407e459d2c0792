// Setting one rule 规则设置: on or off, how grave, its figures within their bounds, and why.

import { Button, Checkbox, Form, Select } from 'antd'
import { useState } from 'react'
import type { AlarmRuleShown, SaveRule } from '../../../http/contract/alarms.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { WhyField } from '../../ui/why-field.tsx'
import { useComplex } from '../complex.tsx'
import { useSaveSetting } from './alarm-data.ts'
import { figureOf, figureText } from './figures.ts'
import { SEVERITIES } from './sound-choice.ts'

type Draft = {
  enabled: boolean
  severity: AlarmRuleShown['severity']
  figures: Readonly<Record<string, string>>
}

const draftOf = ({ enabled, severity, figures }: AlarmRuleShown): Draft => ({
  ...{ enabled, severity },
  figures: Object.fromEntries(
    figures.map(({ name, unit, value }) => [name, figureText(unit, value)]),
  ),
})

/** Null while a figure is out of its bounds. */
const settingsOf = (rule: AlarmRuleShown, draft: Draft): SaveRule['settings'] => {
  const figures: Record<string, number> = {}
  for (const figure of rule.figures) {
    const value = figureOf(figure, draft.figures[figure.name] ?? '')
    if (value === null) return null
    figures[figure.name] = value
  }
  return { enabled: draft.enabled, severity: draft.severity, figures }
}

type FieldsProps = { rule: AlarmRuleShown; draft: Draft; change: (part: Partial<Draft>) => void }

const Fields = ({ rule, draft, change }: FieldsProps) => {
  const { say, language } = useText()
  // What is safety may be made graver, not smaller.
  const allowed = rule.safety
    ? SEVERITIES.slice(0, SEVERITIES.indexOf(rule.suppliedSeverity) + 1)
    : SEVERITIES
  return (
    <>
      <Form.Item extra={rule.safety ? say('alarms.safetyHint') : undefined}>
        <Checkbox
          checked={draft.enabled}
          disabled={rule.safety}
          onChange={({ target }) => change({ enabled: target.checked })}
        >
          {say('alarms.on')}
        </Checkbox>
      </Form.Item>
      <Form.Item label={say('alarm.severity')} htmlFor="rule-severity">
        <Select
          id="rule-severity"
          value={draft.severity}
          options={allowed.map((value) => ({ value, label: say(`severity.${value}`) }))}
          onChange={(severity) => change({ severity })}
        />
      </Form.Item>
      {rule.figures.map(({ name, words, unit, supplied, min, max }) => (
        <TextField
          key={name}
          id={`rule-${name}`}
          label={`${words[language]} (${say(`alarms.unitName.${unit}`)})`}
          hint={say('alarms.bounds', {
            ...{ min: figureText(unit, min), max: figureText(unit, max) },
            supplied: figureText(unit, supplied),
          })}
          text={draft.figures[name] ?? ''}
          onText={(text) => change({ figures: { ...draft.figures, [name]: text } })}
        />
      ))}
    </>
  )
}

export const RuleDialog = ({ rule, onClose }: { rule: AlarmRuleShown; onClose: () => void }) => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const save = useSaveSetting<SaveRule>(`/alarm-rules/${rule.rule}`)
  const [draft, setDraft] = useState(() => draftOf(rule))
  const [reason, setReason] = useState('')
  const settings = settingsOf(rule, draft)
  const isGiven = reason.trim() !== ''
  const send = (wanted: SaveRule['settings']) =>
    save.mutate({ complexId, settings: wanted, reason: reason.trim() }, { onSuccess: onClose })
  return (
    <Confirm
      open
      title={rule.title[language]}
      confirmText={say('policy.save')}
      allowed={settings !== null && isGiven}
      busy={save.isPending}
      error={save.error}
      onConfirm={() => send(settings)}
      onCancel={onClose}
    >
      <ActForm>
        <Fields rule={rule} draft={draft} change={(part) => setDraft({ ...draft, ...part })} />
        <WhyField id="rule-reason" text={reason} onText={setReason} />
        {rule.isSet ? (
          <Button disabled={!isGiven} onClick={() => send(null)}>
            {say('alarms.asSupplied')}
          </Button>
        ) : null}
      </ActForm>
    </Confirm>
  )
}
