// The way to change the past 追溯变更入口: why it is changed, and then what it would come to; nothing
// takes effect before somebody else has agreed.

import { useNavigate } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import type { PastChange } from '../../../http/contract/rerate.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm, TextField } from '../../ui/form.tsx'
import { ProblemAlert, problemOf } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { usePreviewPast } from './rerate-data.ts'

type PreviewPastProps = {
  /** Null: it is not complete yet. */
  change: PastChange | null
  /** Why, where it was said already. */
  note?: string
}

export const PreviewPast = ({ change, note: said = '' }: PreviewPastProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const navigate = useNavigate()
  const may = useMay('rerate.make')
  const [typed, setTyped] = useState('')
  const preview = usePreviewPast()
  const note = said.trim() === '' ? typed.trim() : said.trim()
  if (!may) return <Alert type="warning" showIcon title={say('rerate.mayNot')} />
  const run = () => {
    if (change === null || note === '' || preview.isPending) return
    preview.mutate(
      { complexId, change, note },
      {
        onSuccess: ({ reratingId }) =>
          void navigate({ to: '/rerate/$reratingId', params: { reratingId }, ignoreBlocker: true }),
      },
    )
  }
  return (
    <ActForm>
      <Alert type="warning" showIcon title={say('rerate.needed')} />
      {said.trim() === '' ? (
        <TextField
          id="rerate-note"
          label={say('rerate.note')}
          text={typed}
          onText={setTyped}
          maxLength={500}
        />
      ) : null}
      {preview.error ? <ProblemAlert error={preview.error} /> : null}
      <Button
        type="primary"
        data-testid="preview-past"
        disabled={change === null || note === ''}
        loading={preview.isPending}
        onClick={run}
      >
        {say('rerate.preview')}
      </Button>
    </ActForm>
  )
}

/** Only where an act was refused because it changes what was charged. */
export const PastInstead = ({ error, ...rest }: PreviewPastProps & { error: unknown }) =>
  error && problemOf(error).code === 'rerate_required' ? <PreviewPast {...rest} /> : null
