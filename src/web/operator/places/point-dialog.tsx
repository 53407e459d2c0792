// Adding or changing a point 计量点表单. A point is permanent: it keeps its premises once it has
// supplied somebody; what it is called, what feeds it and whether it is protected may change.

import { AutoComplete, Checkbox, Select } from 'antd'
import { useState } from 'react'
import type { Point } from '../../../http/contract/registers.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import layout from '../../ui/layout.module.css'
import { usePointKind } from '../../ui/point-kind.tsx'
import { Field } from '../collection/field.tsx'
import { changesOf } from './changes.ts'
import { EntryField, EntryForm } from './entry-form.tsx'
import { useAllPoints, usePointText, useSavePlace } from './place-data.ts'
import { PremisesChoice } from './premises-choice.tsx'

const KINDS = ['lighting', 'aircon', 'power', 'public'] as const

type Typed = {
  premisesId: number | null
  kind: string
  name: string
  parentPointId: number | null
  feeder: string
  protected: boolean
}

const typedOf = (point: Point | null, premisesId: number | null): Typed => ({
  premisesId: point === null ? premisesId : point.premisesId,
  kind: point?.kind ?? 'lighting',
  name: point?.name ?? '',
  parentPointId: point?.parentPointId ?? null,
  feeder: point?.feeder ?? '',
  protected: point?.protected ?? false,
})

const fieldsOf = (typed: Typed) => ({
  ...typed,
  kind: typed.kind.trim(),
  name: typed.name.trim(),
  feeder: typed.feeder.trim(),
})

/** A new one leaves out what it has not. */
const bodyOf = (complexId: number, typed: Typed) => {
  const { premisesId, parentPointId, ...rest } = fieldsOf(typed)
  return {
    ...{ complexId, ...rest },
    ...(premisesId === null ? {} : { premisesId }),
    ...(parentPointId === null ? {} : { parentPointId }),
  }
}

type FieldsProps = {
  complexId: number
  point: Point | null
  typed: Typed
  error: unknown
  set: (part: Partial<Typed>) => void
}

const KindField = ({ typed, error, set }: Omit<FieldsProps, 'complexId' | 'point'>) => {
  const { say } = useText()
  const wordOf = usePointKind()
  const options = KINDS.map((kind) => ({ value: kind, label: wordOf(kind) }))
  const known = options.find(({ value }) => value === typed.kind)
  return (
    <Field name="kind" label={say('place.kind')} error={error} hint={say('place.kindHint')}>
      <AutoComplete
        id="field-kind"
        value={known?.label ?? typed.kind}
        options={options.map(({ label }) => ({ value: label }))}
        onChange={(text: string) =>
          set({ kind: options.find(({ label }) => label === text)?.value ?? text })
        }
      />
    </Field>
  )
}

const PlaceFields = ({ complexId, point, typed, error, set }: FieldsProps) => {
  const { say } = useText()
  const points = useAllPoints(complexId)
  const textOf = usePointText()
  return (
    <>
      <Field
        name="premisesId"
        label={say('board.premises')}
        error={error}
        hint={say(point ? 'place.premisesStays' : 'place.noPremisesHint')}
      >
        <PremisesChoice
          id="field-premisesId"
          complexId={complexId}
          value={typed.premisesId}
          disabled={point !== null && point.accountId !== null}
          onValue={(premisesId) => set({ premisesId })}
        />
      </Field>
      <Field
        name="parentPointId"
        label={say('place.parent')}
        error={error}
        hint={say('place.parentHint')}
      >
        <Select
          id="field-parentPointId"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={say('place.noParent')}
          loading={points.isPending}
          value={typed.parentPointId}
          options={(points.data ?? [])
            .filter(({ pointId }) => pointId !== point?.pointId)
            .map((each) => ({ value: each.pointId, label: textOf(each) }))}
          onChange={(parentPointId: number | null) => set({ parentPointId: parentPointId ?? null })}
        />
      </Field>
    </>
  )
}

const PointFields = (props: FieldsProps) => {
  const { typed, error, set } = props
  const { say } = useText()
  return (
    <>
      <PlaceFields {...props} />
      <div className={layout.halves}>
        <KindField typed={typed} error={error} set={set} />
        <EntryField
          {...{ name: 'name', text: typed.name, error, maxLength: 100 }}
          label={say('place.pointName')}
          onText={(name) => set({ name })}
        />
      </div>
      <EntryField
        {...{ name: 'feeder', text: typed.feeder, error, maxLength: 60 }}
        label={say('place.feeder')}
        hint={say('place.feederHint')}
        onText={(feeder) => set({ feeder })}
      />
      <Checkbox
        checked={typed.protected}
        onChange={({ target }) => set({ protected: target.checked })}
      >
        {say('place.protectedLong')}
      </Checkbox>
    </>
  )
}

type Props = {
  complexId: number
  point: Point | null
  premisesId: number | null
  onClose: () => void
}

export const PointDialog = ({ complexId, point, premisesId, onClose }: Props) => {
  const { say } = useText()
  // As it was when the dialog opened: what comes in meanwhile was not seen.
  const [before] = useState(() => typedOf(point, premisesId))
  const [typed, setTyped] = useState(before)
  const save = useSavePlace<Point>('points', point?.pointId ?? null)
  const body =
    point === null ? bodyOf(complexId, typed) : changesOf(fieldsOf(before), fieldsOf(typed))
  const allowed = typed.kind.trim() !== '' && body !== null
  const confirm = () => {
    if (allowed && !save.isPending) save.mutate(body, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={say(point ? 'place.editPoint' : 'place.addPoint')}
      confirmText={say('action.save')}
      widthPx={640}
      allowed={allowed}
      busy={save.isPending}
      error={save.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <EntryForm onEnter={confirm}>
        <PointFields
          complexId={complexId}
          point={point}
          typed={typed}
          error={save.error}
          set={(part) => setTyped({ ...typed, ...part })}
        />
      </EntryForm>
    </Confirm>
  )
}
