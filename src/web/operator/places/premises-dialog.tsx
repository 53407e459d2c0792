// Adding or changing premises 商铺表单. Premises stay in their building once somebody was supplied
// there; the form says so before the server does.

import { Input, Select } from 'antd'
import { useState } from 'react'
import type { Premises } from '../../../http/contract/registers.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import layout from '../../ui/layout.module.css'
import { Field } from '../collection/field.tsx'
import { areaDm2Of, areaText, floorOf, floorTyped } from './area.ts'
import { changesOf } from './changes.ts'
import { EntryField, EntryForm } from './entry-form.tsx'
import { placeName, usePlaceBuildings, useSavePlace } from './place-data.ts'

type Typed = {
  buildingId: number | null
  floor: string
  no: string
  name: string
  nameEn: string
  area: string
}

type Start = { buildingId: number | null; floor: number | null }

const typedOf = (premises: Premises | null, start: Start): Typed => ({
  buildingId: premises?.buildingId ?? start.buildingId,
  floor: floorTyped(premises?.floor ?? start.floor),
  no: premises?.no ?? '',
  name: premises?.name ?? '',
  nameEn: premises?.nameEn ?? '',
  area: areaText(premises?.areaDm2 ?? null),
})

/** Null where something is missing or can't be read. */
const fieldsOf = ({ buildingId, floor, no, name, nameEn, area }: Typed) => {
  const level = floorOf(floor)
  const areaDm2 = areaDm2Of(area)
  if (buildingId === null || level === null || areaDm2 === undefined) return null
  if (no.trim() === '' || name.trim() === '') return null
  return {
    ...{ buildingId, floor: level, no: no.trim(), name: name.trim() },
    ...{ nameEn: nameEn.trim(), areaDm2 },
  }
}

const bodyOf = (complexId: number, fields: NonNullable<ReturnType<typeof fieldsOf>>) => {
  const { areaDm2, ...rest } = fields
  return { complexId, ...rest, ...(areaDm2 === null ? {} : { areaDm2 }) }
}

type FieldsProps = {
  complexId: number
  typed: Typed
  error: unknown
  isNew: boolean
  set: (part: Partial<Typed>) => void
}

const PremisesFields = ({ complexId, typed, error, isNew, set }: FieldsProps) => {
  const { say, language } = useText()
  const buildings = usePlaceBuildings(complexId).data ?? []
  const text = (name: 'no' | 'name' | 'nameEn' | 'floor') => ({
    ...{ name, text: typed[name], error, maxLength: name === 'no' ? 40 : 100 },
    onText: (value: string) => set({ [name]: value }),
  })
  return (
    <>
      <div className={layout.halves}>
        <Field
          name="buildingId"
          label={say('meters.building')}
          error={error}
          hint={isNew ? undefined : say('place.buildingStays')}
        >
          <Select
            id="field-buildingId"
            value={typed.buildingId}
            options={buildings.map((each) => ({
              value: each.buildingId,
              label: placeName(each, language),
            }))}
            onChange={(buildingId: number) => set({ buildingId })}
          />
        </Field>
        <EntryField {...text('floor')} label={say('meters.floor')} hint={say('place.floorHint')} />
        <EntryField {...text('no')} label={say('place.no')} first />
        <Field name="areaDm2" label={say('place.area')} error={error} hint={say('place.areaHint')}>
          <Input
            id="field-areaDm2"
            value={typed.area}
            inputMode="decimal"
            onChange={(event) => set({ area: event.target.value })}
          />
        </Field>
      </div>
      <EntryField {...text('name')} label={say('place.name')} />
      <EntryField {...text('nameEn')} label={say('place.nameEn')} hint={say('place.nameEnHint')} />
    </>
  )
}

type Props = {
  complexId: number
  premises: Premises | null
  /** Where the next of many would be. */
  start: Start
  onSaved?: (saved: Premises) => void
  onClose: () => void
}

export const PremisesDialog = ({ complexId, premises, start, onSaved, onClose }: Props) => {
  const { say } = useText()
  // As it was when the dialog opened: what comes in meanwhile was not seen.
  const [before] = useState(() => typedOf(premises, start))
  const [typed, setTyped] = useState(before)
  const save = useSavePlace<Premises>('premises', premises?.premisesId ?? null)
  const fields = fieldsOf(typed)
  const was = fieldsOf(before)
  const changes = premises && was && fields ? changesOf(was, fields) : null
  const body = fields && premises === null ? bodyOf(complexId, fields) : changes
  const confirm = () => {
    if (body === null || save.isPending) return
    save.mutate(body, {
      onSuccess: (saved) => {
        onSaved?.(saved)
        onClose()
      },
    })
  }
  return (
    <Confirm
      open
      title={say(premises ? 'place.editPremises' : 'place.addPremises')}
      confirmText={say('action.save')}
      allowed={body !== null}
      busy={save.isPending}
      error={save.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <EntryForm onEnter={confirm}>
        <PremisesFields
          complexId={complexId}
          typed={typed}
          error={save.error}
          isNew={premises === null}
          set={(part) => setTyped({ ...typed, ...part })}
        />
      </EntryForm>
    </Confirm>
  )
}
