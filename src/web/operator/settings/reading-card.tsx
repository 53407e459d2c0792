// How often is read and when clocks are set, for the whole complex 抄表与校时.

import { useQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import type { ComplexSettings } from '../../../http/contract/collection.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'
import { useMay } from '../api/session-store.ts'
import { Field } from '../collection/field.tsx'
import { EntryForm } from '../places/entry-form.tsx'
import { FIGURES, type ReadingTyped, readingOf, readingTyped } from './reading-text.ts'

const KEY = 'collectionSettings'
const pathOf = (complexId: number) => `/complexes/${complexId}/settings`
const CLOCKS = ['auto', 'broadcast', 'write', 'off'] as const
const WORDS = {
  statusIntervalMinutes: 'settings.status',
  energyIntervalMinutes: 'settings.energy',
  clockLimitSeconds: 'settings.clockLimit',
} as const

type FieldsProps = {
  typed: ReadingTyped
  standards: ComplexSettings['standards']
  error: unknown
  set: (next: ReadingTyped) => void
}

const ReadingFields = ({ typed, standards, error, set }: FieldsProps) => {
  const { say } = useText()
  const clock = say(`clockCorrection.${standards.clockCorrection}`)
  return (
    <div className={layout.halves}>
      {FIGURES.map((name) => (
        <Field
          key={name}
          name={`settings.${name}`}
          label={say(WORDS[name])}
          error={error}
          hint={say('settings.standard', { standard: standards[name] })}
        >
          <Input
            id={`field-settings.${name}`}
            value={typed[name]}
            inputMode="numeric"
            placeholder={String(standards[name])}
            maxLength={5}
            onChange={({ target }) => set({ ...typed, [name]: target.value })}
          />
        </Field>
      ))}
      <Field
        name="settings.clockCorrection"
        label={say('interval.clockCorrection')}
        error={error}
        hint={say('settings.standard', { standard: clock })}
      >
        <Select
          id="field-settings.clockCorrection"
          allowClear
          placeholder={clock}
          value={typed.clockCorrection === '' ? null : typed.clockCorrection}
          options={CLOCKS.map((value) => ({ value, label: say(`clockCorrection.${value}`) }))}
          onChange={(value: string | null) => set({ ...typed, clockCorrection: value ?? '' })}
        />
      </Field>
    </div>
  )
}

const ReadingForm = ({ complexId, settings, standards }: ComplexSettings) => {
  const { say } = useText()
  const mayEdit = useMay('register.edit')
  // As they were when the form opened: what comes in meanwhile was not seen.
  const [seen, setSeen] = useState(settings)
  const [typed, setTyped] = useState(() => readingTyped(seen))
  const act = useAct<{ settings: object; seen: object }, ComplexSettings>(pathOf(complexId), {
    method: 'PATCH',
    renews: [[KEY]],
  })
  const save = () => {
    const onSuccess = (saved: ComplexSettings) => setSeen(saved.settings)
    if (mayEdit && !act.isPending) act.mutate({ settings: readingOf(typed), seen }, { onSuccess })
  }
  return (
    <EntryForm onEnter={save}>
      <ReadingFields typed={typed} standards={standards} error={act.error} set={setTyped} />
      {mayEdit ? (
        <Button type="primary" loading={act.isPending} onClick={save}>
          {say('action.save')}
        </Button>
      ) : null}
      {act.error ? <ProblemAlert error={act.error} /> : null}
      {act.isSuccess ? <p role="status">{say('settings.saved')}</p> : null}
    </EntryForm>
  )
}

export const ReadingCard = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const { data, error, refetch } = useQuery({
    queryKey: [KEY, complexId],
    queryFn: () => call<ComplexSettings>(pathOf(complexId)),
  })
  return (
    <Card title={say('settings.reading')}>
      <p className={layout.spaced}>{say('settings.readingLead')}</p>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? <ReadingForm {...data} /> : null}
    </Card>
  )
}
