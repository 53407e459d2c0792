// The first complex of an empty system 新建综合体: until it is there nothing else can be shown.

import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { ComplexDetail, NewComplex } from '../../../http/contract/registers.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useAct } from '../api/act.ts'
import { renewSession } from '../api/session.ts'
import { EntryField, EntryForm } from '../places/entry-form.tsx'
import { ComplexFields, type ComplexTyped } from '../settings/complex-fields.tsx'
import { complexOf } from '../settings/identity-card.tsx'
import { StepList } from './step-list.tsx'

const EMPTY: ComplexTyped = { name: '', nameEn: '', zone: 'Asia/Shanghai', dayCut: '00:00' }

const NewComplexForm = () => {
  const { say } = useText()
  const navigate = useNavigate()
  const [typed, setTyped] = useState(EMPTY)
  const [code, setCode] = useState('C01')
  const make = useAct<NewComplex, ComplexDetail>('/complexes')
  const asked = complexOf(typed)
  const confirm = () => {
    if (asked === null || make.isPending) return
    const body = { code: code.trim(), ...asked }
    const onSuccess = async () => {
      await navigate({ to: '/setup', search: { step: 'buildings' } })
      await renewSession()
    }
    make.mutate(body, { onSuccess })
  }
  return (
    <EntryForm onEnter={confirm}>
      <ComplexFields
        typed={typed}
        error={make.error}
        inUse={false}
        set={(part) => setTyped({ ...typed, ...part })}
      />
      <EntryField
        {...{ name: 'code', text: code, error: make.error, maxLength: 40 }}
        label={say('setup.complex.code')}
        hint={say('setup.complex.codeHint')}
        onText={setCode}
      />
      <p className={layout.spaced}>{say('setup.complex.money')}</p>
      {make.error ? <ProblemAlert error={make.error} /> : null}
      <Button
        type="primary"
        disabled={asked === null || code.trim() === ''}
        loading={make.isPending}
        onClick={confirm}
      >
        {say('setup.complex.make')}
      </Button>
    </EntryForm>
  )
}

/** Also shown in place of any other page while there is no complex. */
export const FirstComplex = () => {
  const { say } = useText()
  return (
    <Page title={say('setup.title')}>
      <p className={layout.lead}>{say('setup.lead')}</p>
      <StepList step="complex" progress={null} onStep={null} />
      <Card title={say('setup.step.complex')}>
        <div className={layout.narrow}>
          <p className={layout.spaced}>{say('setup.complex.lead')}</p>
          <NewComplexForm />
        </div>
      </Card>
    </Page>
  )
}
