// Name, time zone and day cut of a complex 综合体档案字段, where it is made and where it is changed.

import { Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Field } from '../collection/field.tsx'
import { EntryField } from '../places/entry-form.tsx'

export type ComplexTyped = { name: string; nameEn: string; zone: string; dayCut: string }

const NEAR = [
  'Asia/Shanghai',
  'Asia/Urumqi',
  'Asia/Hong_Kong',
  'Asia/Macau',
  'Asia/Taipei',
] as const

/** All that this browser knows, those of China first. */
const zones = (): string[] => {
  const rest = Intl.supportedValuesOf('timeZone').filter(
    (zone) => !NEAR.some((one) => one === zone),
  )
  return [...NEAR, ...rest]
}

type Props = {
  typed: ComplexTyped
  error: unknown
  /** Time zone and day cut stay as they are. */
  inUse: boolean
  set: (part: Partial<ComplexTyped>) => void
}

export const ComplexFields = ({ typed, error, inUse, set }: Props) => {
  const { say } = useText()
  const text = (name: 'name' | 'nameEn') => ({
    ...{ name, text: typed[name], error, maxLength: 100 },
    onText: (value: string) => set({ [name]: value }),
  })
  const stays = inUse ? say('settings.daysStay') : undefined
  return (
    <>
      <EntryField {...text('name')} label={say('place.name')} />
      <EntryField {...text('nameEn')} label={say('place.nameEn')} hint={say('place.nameEnHint')} />
      <div className={layout.halves}>
        <Field name="zone" label={say('setup.complex.zone')} error={error} hint={stays}>
          <Select
            id="field-zone"
            showSearch
            disabled={inUse}
            value={typed.zone}
            options={zones().map((value) => ({ value }))}
            onChange={(zone: string) => set({ zone })}
          />
        </Field>
        <EntryField
          {...{ name: 'dayCutMinutes', text: typed.dayCut, error, maxLength: 5 }}
          label={say('setup.complex.dayCut')}
          hint={stays ?? say('setup.complex.dayCutHint')}
          disabled={inUse}
          onText={(dayCut) => set({ dayCut })}
        />
      </div>
    </>
  )
}
