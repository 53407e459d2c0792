// Adding or changing a building 楼栋表单.

import { useState } from 'react'
import type { Building } from '../../../http/contract/registers.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { wholeTyped } from '../../ui/whole-text.ts'
import { changesOf } from './changes.ts'
import { EntryField, EntryForm } from './entry-form.tsx'
import { useSavePlace } from './place-data.ts'

type Typed = { name: string; nameEn: string; ordinal: string }

const typedOf = (building: Building | null, next: number): Typed => ({
  name: building?.name ?? '',
  nameEn: building?.nameEn ?? '',
  ordinal: String(building?.ordinal ?? next),
})

const fieldsOf = ({ name, nameEn, ordinal }: Typed) => ({
  name: name.trim(),
  nameEn: nameEn.trim(),
  ordinal: wholeTyped(ordinal) ?? 0,
})

type Props = {
  complexId: number
  building: Building | null
  /** Its place among the others, where it is new. */
  next: number
  onClose: () => void
}

export const BuildingDialog = ({ complexId, building, next, onClose }: Props) => {
  const { say } = useText()
  // As it was when the dialog opened: what comes in meanwhile was not seen.
  const [before] = useState(() => typedOf(building, next))
  const [typed, setTyped] = useState(before)
  const save = useSavePlace<Building>('buildings', building?.buildingId ?? null)
  const { error } = save
  const changes = changesOf(fieldsOf(before), fieldsOf(typed))
  const allowed = typed.name.trim() !== '' && wholeTyped(typed.ordinal) !== null && changes !== null
  const confirm = () => {
    if (!allowed || save.isPending) return
    const body = building === null ? { complexId, ...fieldsOf(typed) } : changes
    save.mutate(body, { onSuccess: onClose })
  }
  const text = (name: keyof Typed) => ({
    ...{ name, text: typed[name], error, maxLength: 100 },
    onText: (value: string) => setTyped({ ...typed, [name]: value }),
  })
  return (
    <Confirm
      open
      title={say(building ? 'place.editBuilding' : 'place.addBuilding')}
      confirmText={say('action.save')}
      allowed={allowed}
      busy={save.isPending}
      error={error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <EntryForm onEnter={confirm}>
        <EntryField {...text('name')} label={say('place.name')} first />
        <EntryField
          {...text('nameEn')}
          label={say('place.nameEn')}
          hint={say('place.nameEnHint')}
        />
        <EntryField
          {...text('ordinal')}
          label={say('place.ordinal')}
          hint={say('place.ordinalHint')}
          numeric
        />
      </EntryForm>
    </Confirm>
  )
}
