// Hanging a meter on a point 装表: from a point a free meter is chosen, from a meter a free point.
// Where somebody is supplied a meter comes by a swap, which takes care of the money.

import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import type { MeterCollection, MeterList } from '../../../http/contract/collection.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { call } from '../api/client.ts'
import { Field } from '../collection/field.tsx'
import { EntryForm } from './entry-form.tsx'
import { hungOf, NOT_HUNG } from './hung.ts'
import { HungFields } from './hung-fields.tsx'
import { useAllPoints, useMake, usePointText } from './place-data.ts'

const useFreeMeters = (complexId: number, search: string) =>
  useQuery({
    queryKey: ['places', complexId, 'free', search],
    queryFn: () =>
      call<MeterList>('/meters', { query: { complexId, stock: 'free', search, limit: 50 } }),
    placeholderData: (previous) => previous,
  })

type ChoiceProps = {
  complexId: number
  error: unknown
  value: number | null
  onValue: (id: number) => void
}

const MeterChoice = ({ complexId, error, value, onValue }: ChoiceProps) => {
  const { say } = useText()
  const [search, setSearch] = useState('')
  const free = useFreeMeters(complexId, search)
  return (
    <Field name="meterId" label={say('hung.meter')} error={error} hint={say('hung.meterHint')}>
      <Select
        id="field-meterId"
        value={value}
        showSearch={{ filterOption: false, onSearch: setSearch }}
        notFoundContent={say('hung.noFreeMeter')}
        options={(free.data?.items ?? []).map(
          ({ meterId, meterNo, gatewayCode, bus, address }) => ({
            value: meterId,
            label: `${meterNo} · ${gatewayCode}/${bus} · ${address}`,
          }),
        )}
        onChange={onValue}
      />
    </Field>
  )
}

export const PointChoice = (props: ChoiceProps & { name: string; optional?: boolean }) => {
  const { complexId, error, value, onValue, name } = props
  const { say } = useText()
  const textOf = usePointText()
  const points = useAllPoints(complexId, { metered: 'false' })
  const free = (points.data ?? []).filter(({ accountId }) => accountId === null)
  return (
    <Field name={name} label={say('hung.point')} error={error} hint={say('hung.pointHint')}>
      <Select
        id={`field-${name}`}
        allowClear={props.optional === true}
        showSearch={{ optionFilterProp: 'label' }}
        loading={points.isPending}
        notFoundContent={say('hung.noFreePoint')}
        value={value}
        options={free.map((point) => ({ value: point.pointId, label: textOf(point) }))}
        onChange={onValue}
      />
    </Field>
  )
}

type Props = {
  complexId: number
  /** One of the two is known. */
  from: { pointId: number } | { meterId: number }
  onClose: () => void
}

export const HangDialog = ({ complexId, from, onClose }: Props) => {
  const { say } = useText()
  const [meterId, setMeterId] = useState('meterId' in from ? from.meterId : null)
  const [typed, setTyped] = useState({
    ...NOT_HUNG,
    pointId: 'pointId' in from ? from.pointId : null,
  })
  const hang = useMake<object, MeterCollection>('/installations')
  const hung = hungOf(typed)
  const confirm = () => {
    if (hung === null || meterId === null || hang.isPending) return
    hang.mutate({ complexId, meterId, ...hung }, { onSuccess: onClose })
  }
  const choice = { complexId, error: hang.error }
  return (
    <Confirm
      open
      title={say('hung.title')}
      confirmText={say('hung.do')}
      widthPx={640}
      allowed={hung !== null && meterId !== null}
      busy={hang.isPending}
      error={hang.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <EntryForm onEnter={confirm}>
        {'pointId' in from ? (
          <MeterChoice {...choice} value={meterId} onValue={setMeterId} />
        ) : (
          <PointChoice
            {...choice}
            name="pointId"
            value={typed.pointId}
            onValue={(pointId) => setTyped({ ...typed, pointId })}
          />
        )}
        <HungFields
          typed={typed}
          error={hang.error}
          set={(part) => setTyped({ ...typed, ...part })}
        />
      </EntryForm>
    </Confirm>
  )
}
