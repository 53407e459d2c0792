// Taking up many alarms at once 批量确认, with a note if there is something to say.

import { App } from 'antd'
import { useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { useAcknowledge } from './alarm-data.ts'

type Props = { alarmIds: string[]; onClose: () => void }

export const AcknowledgeDialog = ({ alarmIds, onClose }: Props) => {
  const { say } = useText()
  const { message } = App.useApp()
  const act = useAcknowledge()
  const [note, setNote] = useState('')
  const send = () =>
    act.mutate(
      { alarmIds, ...(note.trim() === '' ? {} : { note: note.trim() }) },
      {
        onSuccess: ({ acknowledged, left }) => {
          message.success(say('alarms.taken', { n: acknowledged, left }))
          onClose()
        },
      },
    )
  return (
    <Confirm
      open
      title={say('alarms.take', { n: alarmIds.length })}
      confirmText={say('alarm.acknowledge')}
      allowed
      busy={act.isPending}
      error={act.error}
      onConfirm={send}
      onCancel={onClose}
    >
      <ActForm>
        <TextField
          id="acknowledge-note"
          label={say('alarms.noteOptional')}
          text={note}
          maxLength={500}
          onText={setNote}
        />
      </ActForm>
    </Confirm>
  )
}
