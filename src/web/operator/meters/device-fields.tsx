// The fields of a device 装置字段: the bus it is wired to, its address there, and its model.

import { Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import { useGateways, useModels } from '../collection/collection-data.ts'
import { Field } from '../collection/field.tsx'
import { EntryField } from '../places/entry-form.tsx'

export type DeviceTyped = { busId: number | null; address: string; model: string | null }

type Props = {
  complexId: number
  typed: DeviceTyped
  error: unknown
  set: (part: Partial<DeviceTyped>) => void
}

export const useBusOptions = (complexId: number) => {
  const { say } = useText()
  const gateways = useGateways(complexId).data?.items ?? []
  return gateways.flatMap(({ code, buses }) =>
    buses.map(({ busId, ordinal }) => ({
      value: busId,
      label: `${code} · ${say('bus.n', { n: ordinal })}`,
    })),
  )
}

export const DeviceFields = ({ complexId, typed, error, set }: Props) => {
  const { say, language } = useText()
  const buses = useBusOptions(complexId)
  const models = useModels(complexId)
  return (
    <>
      <Field name="busId" label={say('meters.bus')} error={error}>
        <Select
          id="field-busId"
          showSearch={{ optionFilterProp: 'label' }}
          notFoundContent={say('meters.noBus')}
          value={typed.busId}
          options={buses}
          onChange={(busId: number) => set({ busId })}
        />
      </Field>
      <EntryField
        {...{ name: 'address', text: typed.address, error, maxLength: 40 }}
        label={say('device.address')}
        hint={say('device.addressHint')}
        onText={(address) => set({ address })}
      />
      <Field name="model" label={say('meter.model')} error={error}>
        <Select
          id="field-model"
          showSearch={{ optionFilterProp: 'label' }}
          loading={models.isPending}
          value={typed.model}
          options={(models.data?.items ?? []).map(({ id, name, vendor }) => ({
            value: id,
            label: `${vendor} ${name[language]}`,
          }))}
          onChange={(model: string) => set({ model })}
        />
      </Field>
    </>
  )
}
