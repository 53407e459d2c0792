// Changing a meter 修改电表: its number, its circuits, and how it is read where that differs.

import { useState } from 'react'
import type { MeterCollection } from '../../../http/contract/collection.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Intervals, intervalsOf, intervalsTyped } from '../collection/intervals.tsx'
import { changesOf } from '../places/changes.ts'
import { EntryField, EntryForm } from '../places/entry-form.tsx'
import { useChange } from '../places/place-data.ts'
import { channelsOf } from './channels.ts'

type Props = { meter: MeterCollection; onClose: () => void }

export const EditMeterDialog = ({ meter, onClose }: Props) => {
  const { say } = useText()
  const [before] = useState(() => ({
    meterNo: meter.meterNo,
    channels: meter.channels,
    settings: meter.settings,
  }))
  const [typed, setTyped] = useState(() => ({
    meterNo: before.meterNo,
    channels: before.channels.join(', '),
    settings: intervalsTyped(before.settings),
  }))
  const change = useChange<MeterCollection>(`/meters/${meter.meterId}`)
  const channels = channelsOf(typed.channels)
  // What the form does not show stays as it is.
  const { statusIntervalMinutes, energyIntervalMinutes, clockCorrection, ...rest } = before.settings
  const settings = { ...rest, ...intervalsOf(typed.settings) }
  const meterNo = typed.meterNo.trim()
  const body =
    channels === null || meterNo === '' ? null : changesOf(before, { meterNo, channels, settings })
  const confirm = () => {
    if (body && !change.isPending) change.mutate(body, { onSuccess: onClose })
  }
  const { error } = change
  return (
    <Confirm
      open
      title={say('meters.edit')}
      confirmText={say('action.save')}
      widthPx={640}
      allowed={body !== null}
      busy={change.isPending}
      error={error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <EntryForm onEnter={confirm}>
        <EntryField
          {...{ name: 'meterNo', text: typed.meterNo, error, maxLength: 40 }}
          label={say('meter.no')}
          hint={say('meters.numberHint')}
          first
          onText={(text) => setTyped({ ...typed, meterNo: text })}
        />
        <EntryField
          {...{ name: 'channels', text: typed.channels, error, maxLength: 40 }}
          label={say('meters.channels')}
          hint={say('meters.channelsHint')}
          onText={(text) => setTyped({ ...typed, channels: text })}
        />
        <Intervals
          typed={typed.settings}
          error={error}
          onTyped={(next) => setTyped({ ...typed, settings: next })}
        />
      </EntryForm>
    </Confirm>
  )
}
