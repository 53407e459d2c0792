// Which meters a batch is for 选表: by building and floor, gateway, plan, state and mode, or a pasted
// list. Everything that is chosen must hold.

import { Checkbox, Input, Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import { METER_STATES } from '../../ui/states.ts'
import { buildingName, floorName } from '../board/building.ts'
import { useBuildings, useGateways } from '../collection/collection-data.ts'
import { gatewayName } from '../collection/gateway-name.ts'
import { usePlanOptions } from '../plans/plan-name.ts'
import { type Chosen, namesOf, twiceIn } from './batch-params.ts'
import styles from './batches.module.css'

export type FieldsProps = {
  complexId: number
  chosen: Chosen
  change: (part: Partial<Chosen>) => void
}

const MODES = ['prepaid', 'kept', 'tripped'] as const

const Places = ({ complexId, chosen, change }: FieldsProps) => {
  const { say, language } = useText()
  const buildings = useBuildings(complexId).data?.items ?? []
  const gateways = useGateways(complexId).data?.items ?? []
  const plans = usePlanOptions(complexId, 'all').options
  const floors = buildings.find((each) => each.buildingId === chosen.buildingId)?.floors ?? []
  return (
    <>
      <Select
        aria-label={say('meters.building')}
        className={styles.pick}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={say('meters.building')}
        value={chosen.buildingId}
        options={buildings.map(({ buildingId, name, nameEn }) => ({
          value: buildingId,
          label: buildingName({ building: name, buildingEn: nameEn }, language),
        }))}
        onChange={(id: number | undefined) => change({ buildingId: id ?? null, floor: null })}
      />
      <Select
        aria-label={say('meters.floor')}
        className={styles.pick}
        allowClear
        placeholder={say('unit.allFloors')}
        value={chosen.floor}
        options={floors.map((floor) => ({ value: floor, label: floorName(floor, say) }))}
        onChange={(floor: number | undefined) => change({ floor: floor ?? null })}
      />
      <Select
        aria-label={say('meter.gateway')}
        className={styles.pick}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={say('meter.gateway')}
        value={chosen.gatewayId}
        options={gateways.map((gateway) => ({
          value: gateway.gatewayId,
          label: `${gateway.code} ${gatewayName(gateway, language)}`,
        }))}
        onChange={(id: number | undefined) => change({ gatewayId: id ?? null })}
      />
      <Select
        aria-label={say('batch.plan')}
        className={styles.pick}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={say('batch.plan')}
        value={chosen.planId}
        options={plans}
        onChange={(id: number | undefined) => change({ planId: id ?? null })}
      />
    </>
  )
}

export const UnitFields = ({ complexId, chosen, change }: FieldsProps) => {
  const { say } = useText()
  const names = namesOf(chosen.names)
  const twice = twiceIn(names)
  return (
    <>
      <div className={styles.row}>
        <Places complexId={complexId} chosen={chosen} change={change} />
        <Checkbox checked={chosen.all} onChange={({ target }) => change({ all: target.checked })}>
          {say('unit.all')}
        </Checkbox>
      </div>
      <div className={styles.row}>
        <Select
          mode="multiple"
          aria-label={say('batch.states')}
          className={styles.pick}
          placeholder={say('batch.states')}
          value={[...chosen.states]}
          options={METER_STATES.map((value) => ({ value, label: say(`state.${value}`) }))}
          onChange={(states) => change({ states })}
        />
        <Select
          mode="multiple"
          aria-label={say('select.mode')}
          className={styles.pick}
          placeholder={say('select.mode')}
          value={[...chosen.modes]}
          options={MODES.map((value) => ({ value, label: say(`mode.${value}`) }))}
          onChange={(modes) => change({ modes })}
        />
      </div>
      <Input.TextArea
        id="batch-names"
        aria-label={say('batch.names')}
        className={styles.names}
        placeholder={say('batch.namesHint')}
        rows={3}
        value={chosen.names}
        onChange={(event) => change({ names: event.target.value })}
      />
      {names.length > 0 ? (
        <span className={styles.note}>
          {say('batch.namesCount', { n: names.length })}
          {twice > 0 ? ` ${say('batch.namesTwice', { n: twice })}` : null}
        </span>
      ) : null}
    </>
  )
}
