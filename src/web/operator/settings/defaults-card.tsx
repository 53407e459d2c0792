// What the form that opens an account begins with 开户默认参数, each with the program's own standard.

import { Button, Select } from 'antd'
import { useState } from 'react'
import type { ComplexDefaults, ComplexDetail } from '../../../http/contract/registers.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { fenOf, typedYuan, yuanText } from '../../ui/money-text.ts'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { RmbInput } from '../../ui/rmb-input.tsx'
import { useMay } from '../api/session-store.ts'
import { Field } from '../collection/field.tsx'
import { changesOf } from '../places/changes.ts'
import { EntryForm } from '../places/entry-form.tsx'
import { usePlanOptions } from '../plans/plan-name.ts'
import { useChangeComplex } from './complex-data.ts'

const AMOUNTS = ['alarm1', 'alarm2', 'overdraft', 'hoarding'] as const
type Amount = (typeof AMOUNTS)[number]
type Typed = Record<Amount, string> & { planId: number | null }

const typedOf = (defaults: ComplexDefaults): Typed => ({
  planId: defaults.planId,
  alarm1: typedYuan(defaults.alarm1Fen),
  alarm2: typedYuan(defaults.alarm2Fen),
  overdraft: typedYuan(defaults.overdraftFen),
  hoarding: typedYuan(defaults.hoardingFen),
})

/** Null where an amount can't be read. */
const defaultsOf = ({ planId, ...text }: Typed): ComplexDefaults | null => {
  const alarm1Fen = fenOf(text.alarm1)
  const alarm2Fen = fenOf(text.alarm2)
  const overdraftFen = fenOf(text.overdraft)
  const hoardingFen = fenOf(text.hoarding)
  if (alarm1Fen === null || alarm2Fen === null) return null
  if (overdraftFen === null || hoardingFen === null) return null
  return { planId, alarm1Fen, alarm2Fen, overdraftFen, hoardingFen }
}

type FieldsProps = {
  complex: ComplexDetail
  typed: Typed
  error: unknown
  set: (part: Partial<Typed>) => void
}

const DefaultFields = ({ complex, typed, error, set }: FieldsProps) => {
  const { say } = useText()
  const plans = usePlanOptions(complex.complexId, 'toGive')
  const { standards } = complex
  return (
    <>
      <Field name="defaults.planId" label={say('settings.plan')} error={error}>
        <Select
          id="field-defaults.planId"
          allowClear
          placeholder={say('settings.planNone')}
          loading={plans.isPending}
          value={typed.planId}
          options={plans.options}
          onChange={(planId: number | null) => set({ planId: planId ?? null })}
        />
      </Field>
      <div className={layout.halves}>
        {AMOUNTS.map((key) => (
          <Field
            key={key}
            name={`defaults.${key}Fen`}
            label={say(`settings.${key}`)}
            error={error}
            hint={say(`settings.${key}Hint`, { standard: yuanText(standards[`${key}Fen`]) })}
          >
            <RmbInput
              id={`field-defaults.${key}Fen`}
              label={say(`settings.${key}`)}
              text={typed[key]}
              onText={(text) => set({ [key]: text })}
            />
          </Field>
        ))}
      </div>
    </>
  )
}

export const DefaultsCard = ({ complex }: { complex: ComplexDetail }) => {
  const { say } = useText()
  const mayEdit = useMay('register.edit')
  // As they were when the form opened: what comes in meanwhile was not seen.
  const [before, setBefore] = useState(complex.defaults)
  const [typed, setTyped] = useState(() => typedOf(before))
  const act = useChangeComplex(complex.complexId)
  const defaults = defaultsOf(typed)
  const changes = defaults && changesOf({ defaults: before }, { defaults })
  const save = () => {
    const onSuccess = (saved: ComplexDetail) => setBefore(saved.defaults)
    if (changes && !act.isPending) act.mutate(changes, { onSuccess })
  }
  return (
    <Card title={say('settings.defaults')}>
      <p className={layout.spaced}>{say('settings.defaultsLead')}</p>
      <EntryForm onEnter={save}>
        <DefaultFields
          complex={complex}
          typed={typed}
          error={act.error}
          set={(part) => setTyped({ ...typed, ...part })}
        />
        {mayEdit ? (
          <Button type="primary" disabled={!changes} loading={act.isPending} onClick={save}>
            {say('action.save')}
          </Button>
        ) : null}
      </EntryForm>
      {act.error ? <ProblemAlert error={act.error} /> : null}
      {act.isSuccess && !changes ? <p role="status">{say('settings.saved')}</p> : null}
    </Card>
  )
}
