// The first price 首个电价: one flat price, which is enough to open accounts with.

import { Link } from '@tanstack/react-router'
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import type { Static } from 'typebox'
import type { NewPlan, Plan } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { e8Of } from '../../ui/money-text.ts'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useAct } from '../api/act.ts'
import { useMay } from '../api/session-store.ts'
import { EntryField, EntryForm } from '../places/entry-form.tsx'
import { useChangeComplex, useComplexDetail } from '../settings/complex-data.ts'

type Props = { complexId: number; onSaved: () => void }

const PlanForm = ({ complexId, onSaved }: Props) => {
  const { say } = useText()
  const [name, setName] = useState<string>(() => say('setup.plan.usualName'))
  const [price, setPrice] = useState('')
  const [asDefault, setAsDefault] = useState(true)
  const detail = useComplexDetail(complexId).data
  const make = useAct<Static<typeof NewPlan>, Plan>('/plans', { renews: [['plans']] })
  const change = useChangeComplex(complexId)
  const priceE8 = e8Of(price.trim())
  const allowed = name.trim() !== '' && priceE8 !== null && priceE8 > 0
  const save = () => {
    if (!allowed || make.isPending) return
    const definition = { kind: 'flat' as const, priceE8 }
    const onSuccess = ({ planId }: Plan) => {
      const defaults = detail?.defaults
      if (asDefault && defaults) change.mutate({ defaults: { ...defaults, planId } })
      onSaved()
    }
    make.mutate({ complexId, name: name.trim(), definition }, { onSuccess })
  }
  return (
    <EntryForm onEnter={save}>
      <EntryField
        {...{ name: 'name', text: name, error: make.error, maxLength: 100 }}
        label={say('setup.plan.name')}
        onText={setName}
      />
      <EntryField
        {...{ name: 'definition.priceE8', text: price, error: make.error, maxLength: 14 }}
        label={say('setup.plan.price')}
        numeric
        onText={setPrice}
      />
      <p className={layout.spaced}>
        <Checkbox checked={asDefault} onChange={({ target }) => setAsDefault(target.checked)}>
          {say('setup.plan.asDefault')}
        </Checkbox>
      </p>
      {make.error ? <ProblemAlert error={make.error} /> : null}
      <Button type="primary" disabled={!allowed} loading={make.isPending} onClick={save}>
        {say('setup.plan.save')}
      </Button>
    </EntryForm>
  )
}

export const FirstPlan = ({ plans, ...props }: Props & { plans: number }) => {
  const { say } = useText()
  const mayEdit = useMay('plan.edit')
  return (
    <div className={layout.narrow}>
      <p className={layout.spaced}>{say('setup.plan.lead')}</p>
      {plans > 0 ? <p role="status">{say('setup.plan.have', { n: plans })}</p> : null}
      {mayEdit && plans === 0 ? <PlanForm {...props} /> : null}
      {mayEdit && plans > 0 ? <Link to="/plans/new">{say('setup.plan.more')}</Link> : null}
    </div>
  )
}
