// Adding a meter 新增电表: on a device of its own or on another circuit of a known one; hung on a point
// in the same step, or later.

import { useQuery } from '@tanstack/react-query'
import { Radio, Select } from 'antd'
import { useState } from 'react'
import type { Device, MeterCollection } from '../../../http/contract/collection.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import layout from '../../ui/layout.module.css'
import { call } from '../api/client.ts'
import { useModelName } from '../collection/collection-data.ts'
import { Field } from '../collection/field.tsx'
import { EntryField, EntryForm } from '../places/entry-form.tsx'
import { PointChoice } from '../places/hang-dialog.tsx'
import { type HungTyped, hungOf, NOT_HUNG } from '../places/hung.ts'
import { HungFields } from '../places/hung-fields.tsx'
import { useMake } from '../places/place-data.ts'
import { channelsOf } from './channels.ts'
import { DeviceFields, type DeviceTyped } from './device-fields.tsx'

type Typed = DeviceTyped & {
  meterNo: string
  channels: string
  onKnown: boolean
  deviceId: number | null
  hung: HungTyped
}

const EMPTY: Typed = {
  ...{ busId: null, address: '', model: null },
  ...{ meterNo: '', channels: '1', onKnown: false, deviceId: null, hung: NOT_HUNG },
}

const wiredOf = ({ onKnown, deviceId, busId, address, model }: Typed) => {
  if (onKnown) return deviceId === null ? null : { deviceId }
  const whole = busId !== null && model !== null && address.trim() !== ''
  return whole ? { busId, model, address: address.trim() } : null
}

/** Null where something is missing or can't be read. */
const bodyOf = (complexId: number, typed: Typed): object | null => {
  const wired = wiredOf(typed)
  const channels = channelsOf(typed.channels)
  const hung = hungOf(typed.hung)
  const toHang = typed.hung.pointId !== null
  if (wired === null || channels === null || typed.meterNo.trim() === '') return null
  if (toHang && hung === null) return null
  return {
    ...{ complexId, meterNo: typed.meterNo.trim(), channels, ...wired },
    ...(toHang && { installation: hung }),
  }
}

type FieldsProps = {
  complexId: number
  typed: Typed
  error: unknown
  set: (part: Partial<Typed>) => void
}

const KnownDevice = ({ complexId, typed, error, set }: FieldsProps) => {
  const { say } = useText()
  const nameOf = useModelName(complexId)
  const devices = useQuery({
    queryKey: ['devices', complexId, 'all'],
    queryFn: () => call<ListOf<Device>>('/devices', { query: { complexId, limit: 500 } }),
  })
  return (
    <Field name="deviceId" label={say('meters.device')} error={error}>
      <Select
        id="field-deviceId"
        showSearch={{ optionFilterProp: 'label' }}
        loading={devices.isPending}
        value={typed.deviceId}
        options={(devices.data?.items ?? []).map((each) => ({
          value: each.deviceId,
          label: `${each.gatewayCode} · ${each.bus} · ${each.address} · ${nameOf(each.model)}`,
        }))}
        onChange={(deviceId: number) => set({ deviceId })}
      />
    </Field>
  )
}

const WiredFields = (props: FieldsProps) => {
  const { typed, set } = props
  const { say } = useText()
  return (
    <>
      <p>
        <Radio.Group
          aria-label={say('meters.where')}
          value={typed.onKnown}
          onChange={({ target }) => set({ onKnown: target.value === true })}
          options={[
            { value: false, label: say('meters.onNew') },
            { value: true, label: say('meters.onKnown') },
          ]}
        />
      </p>
      {typed.onKnown ? <KnownDevice {...props} /> : <DeviceFields {...props} />}
    </>
  )
}

const MeterFields = (props: FieldsProps) => {
  const { complexId, typed, error, set } = props
  const { say } = useText()
  const hang = (part: Partial<HungTyped>) => set({ hung: { ...typed.hung, ...part } })
  return (
    <>
      <div className={layout.halves}>
        <EntryField
          {...{ name: 'meterNo', text: typed.meterNo, error, maxLength: 40 }}
          label={say('meter.no')}
          hint={say('meters.numberHint')}
          first
          onText={(meterNo) => set({ meterNo })}
        />
        <EntryField
          {...{ name: 'channels', text: typed.channels, error, maxLength: 40 }}
          label={say('meters.channels')}
          hint={say('meters.channelsHint')}
          onText={(channels) => set({ channels })}
        />
      </div>
      <WiredFields {...props} />
      <h2 className={layout.heading}>{say('meters.hangNow')}</h2>
      <PointChoice
        {...{ complexId, error, value: typed.hung.pointId, optional: true }}
        name="installation.pointId"
        onValue={(pointId) => hang({ pointId: pointId ?? null })}
      />
      {typed.hung.pointId === null ? null : (
        <HungFields typed={typed.hung} error={error} prefix="installation." set={hang} />
      )}
    </>
  )
}

type Props = { complexId: number; onClose: () => void }

export const NewMeterDialog = ({ complexId, onClose }: Props) => {
  const { say } = useText()
  const [typed, setTyped] = useState(EMPTY)
  const make = useMake<object, MeterCollection>('/meters')
  const body = bodyOf(complexId, typed)
  const confirm = () => {
    if (body && !make.isPending) make.mutate(body, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={say('meters.add')}
      confirmText={say('action.save')}
      widthPx={680}
      allowed={body !== null}
      busy={make.isPending}
      error={make.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <EntryForm onEnter={confirm}>
        <MeterFields
          complexId={complexId}
          typed={typed}
          error={make.error}
          set={(part) => setTyped({ ...typed, ...part })}
        />
      </EntryForm>
    </Confirm>
  )
}
