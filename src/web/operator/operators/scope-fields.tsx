// What an operator or a token may see 数据范围: every complex or some, every building of them or some.

import { Checkbox, Form, Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import { useSessionState } from '../api/session-store.ts'
import { useBuildingsOf } from './operator-data.ts'

export type Reach = { complexes: number[] | null; buildings: number[] | null }

type ScopeFieldsProps = {
  reach: Reach
  /** What it means to choose nothing. */
  everything: string
  onReach: (reach: Reach) => void
}

const Buildings = ({ reach, onReach }: Omit<ScopeFieldsProps, 'everything'>) => {
  const { say, language } = useText()
  const { data } = useBuildingsOf(reach.complexes ?? [])
  if (reach.complexes === null || reach.complexes.length === 0) return null
  const options = (data ?? []).map((building) => ({
    value: building.buildingId,
    label: language === 'zh' ? building.name : building.nameEn || building.name,
  }))
  return (
    <Form.Item label={say('op.buildings')} htmlFor="op-buildings" extra={say('op.buildingsHint')}>
      <Checkbox
        checked={reach.buildings === null}
        onChange={(event) => onReach({ ...reach, buildings: event.target.checked ? null : [] })}
      >
        {say('op.everyBuilding')}
      </Checkbox>
      {reach.buildings === null ? null : (
        <Select
          id="op-buildings"
          mode="multiple"
          value={reach.buildings}
          options={options}
          onChange={(buildings: number[]) => onReach({ ...reach, buildings })}
        />
      )}
    </Form.Item>
  )
}

export const ScopeFields = ({ reach, everything, onReach }: ScopeFieldsProps) => {
  const { say, language } = useText()
  const { session } = useSessionState()
  const options = (session?.complexes ?? []).map((complex) => ({
    value: complex.complexId,
    label: language === 'zh' ? complex.name : complex.nameEn || complex.name,
  }))
  const first = options[0]?.value
  const some = first === undefined ? [] : [first]
  return (
    <>
      <Form.Item label={say('op.complexes')} htmlFor="op-complexes">
        <Checkbox
          checked={reach.complexes === null}
          onChange={(event) =>
            onReach({ complexes: event.target.checked ? null : some, buildings: null })
          }
        >
          {everything}
        </Checkbox>
        {reach.complexes === null ? null : (
          <Select
            id="op-complexes"
            mode="multiple"
            value={reach.complexes}
            options={options}
            onChange={(complexes: number[]) => onReach({ complexes, buildings: null })}
          />
        )}
      </Form.Item>
      <Buildings reach={reach} onReach={onReach} />
    </>
  )
}
