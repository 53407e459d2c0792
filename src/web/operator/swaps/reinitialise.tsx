// A barred meter 停用表: its money was never read, so nobody gets it; emptied and read again, it may
// be used once more.

import { Alert, Button } from 'antd'
import { useState } from 'react'
import type { Static } from 'typebox'
import type { Command } from '../../../http/contract/commands.ts'
import type { Reinitialise } from '../../../http/contract/swap.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { useAct } from '../api/act.ts'
import { useMay } from '../api/session-store.ts'
import { CommandProgress } from '../board/command-progress.tsx'

const Barred = ({ barredAt, onAct }: { barredAt: string; onAct: (() => void) | null }) => {
  const { say } = useText()
  return (
    <Alert
      type="warning"
      showIcon
      title={
        <>
          {say('meter.barred')} <When at={barredAt} />
        </>
      }
      description={say('meter.barredText')}
      action={
        onAct === null ? null : (
          <Button data-testid="reinitialise" onClick={onAct}>
            {say('meter.reinitialise')}
          </Button>
        )
      }
    />
  )
}

type BarredProps = { complexId: number; meterId: number; barredAt: string | null }

export const BarredMeter = ({ complexId, meterId, barredAt }: BarredProps) => {
  const { say } = useText()
  const may = useMay('meter.swap')
  const [asking, setAsking] = useState(false)
  const [note, setNote] = useState('')
  const act = useAct<Static<typeof Reinitialise>, Command>(`/meters/${meterId}/reinitialise`, {
    query: { complexId },
    renews: [['meterCollection'], ['freeMeters']],
  })
  const sent = act.data?.commandId
  const why = note.trim()
  if (barredAt === null && sent === undefined) return null
  return (
    <>
      {barredAt === null ? null : (
        <Barred barredAt={barredAt} onAct={may ? () => setAsking(true) : null} />
      )}
      {sent === undefined ? null : <CommandProgress complexId={complexId} commandId={sent} />}
      <Confirm
        open={asking}
        title={say('meter.reinitialise')}
        confirmText={say('meter.reinitialise')}
        danger
        allowed={why !== ''}
        busy={act.isPending}
        error={act.error}
        onConfirm={() => {
          if (!act.isPending) act.mutate({ note: why }, { onSuccess: () => setAsking(false) })
        }}
        onCancel={() => setAsking(false)}
      >
        <p>{say('meter.reinitialiseText')}</p>
        <ActForm>
          <TextField
            id="reinitialise-note"
            label={say('payout.noteNeeded')}
            text={note}
            onText={setNote}
            maxLength={500}
          />
        </ActForm>
      </Confirm>
    </>
  )
}
