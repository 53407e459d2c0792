// Adding or changing a device 装置表单: all meters on it share its address and model.

import { useState } from 'react'
import type { Device } from '../../../http/contract/collection.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import layout from '../../ui/layout.module.css'
import { changesOf } from '../places/changes.ts'
import { EntryForm } from '../places/entry-form.tsx'
import { useChange, useMake } from '../places/place-data.ts'
import { DeviceFields, type DeviceTyped } from './device-fields.tsx'

export type KnownDevice = { deviceId: number; busId: number; address: string; model: string }

const fieldsOf = ({ busId, address, model }: DeviceTyped) =>
  busId === null || model === null || address.trim() === ''
    ? null
    : { busId, address: address.trim(), model }

type Props = { complexId: number; device: KnownDevice | null; onClose: () => void }

export const DeviceDialog = ({ complexId, device, onClose }: Props) => {
  const { say } = useText()
  const [before] = useState<DeviceTyped>(() => ({
    busId: device?.busId ?? null,
    address: device?.address ?? '',
    model: device?.model ?? null,
  }))
  const [typed, setTyped] = useState(before)
  const make = useMake<object, Device>('/devices')
  const change = useChange<Device>(`/devices/${device?.deviceId}`)
  const save = device === null ? make : change
  const was = fieldsOf(before)
  const fields = fieldsOf(typed)
  const changes = was && fields && changesOf(was, fields)
  const body = device === null ? fields && { complexId, ...fields } : changes
  const confirm = () => {
    if (body && !save.isPending) save.mutate(body, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={say(device ? 'device.edit' : 'device.add')}
      confirmText={say('action.save')}
      allowed={body !== null}
      busy={save.isPending}
      error={save.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <EntryForm onEnter={confirm}>
        <p className={layout.spaced}>{say('device.stays')}</p>
        <DeviceFields
          complexId={complexId}
          typed={typed}
          error={save.error}
          set={(part) => setTyped({ ...typed, ...part })}
        />
      </EntryForm>
    </Confirm>
  )
}
