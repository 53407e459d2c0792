// Choosing premises among thousands 选择商铺: what is typed is looked for by the server, in
// number, name and pinyin initials.

import { Select } from 'antd'
import { useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { floorName } from '../board/building.ts'
import { placeName, useFoundPremises, usePremises } from './place-data.ts'

type Props = {
  id: string
  complexId: number
  value: number | null
  disabled?: boolean
  onValue: (premisesId: number | null) => void
}

type Choice = { value: number; label: string }

const useChosen = (complexId: number, value: number | null): Choice[] => {
  const { data } = usePremises(complexId, value ?? 0)
  return value !== null && data ? [{ value, label: `${data.no} ${data.name}` }] : []
}

export const PremisesChoice = ({ id, complexId, value, disabled, onValue }: Props) => {
  const { say, language } = useText()
  const [search, setSearch] = useState('')
  const found = useFoundPremises(complexId, search)
  const chosen = useChosen(complexId, value)
  const options = (found.data?.items ?? []).map((each) => ({
    value: each.premisesId,
    label: [
      placeName({ name: each.building, nameEn: each.buildingEn }, language),
      floorName(each.floor, say),
      each.no,
      placeName(each, language),
    ].join(' '),
  }))
  const rest = chosen.filter((one) => !options.some((each) => each.value === one.value))
  return (
    <Select
      id={id}
      allowClear
      disabled={disabled === true}
      placeholder={say('place.noPremises')}
      value={value}
      showSearch={{ filterOption: false, onSearch: setSearch }}
      options={[...options, ...rest]}
      onChange={(next: number | null) => onValue(next ?? null)}
    />
  )
}
