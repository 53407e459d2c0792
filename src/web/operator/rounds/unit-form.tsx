// What shall be read now 抄表范围: one meter, a gateway, a building or one of its floors, or all.

import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Radio, Select } from 'antd'
import { useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { buildingName, floorName } from '../board/building.ts'
import { useBuildings, useGateways } from '../collection/collection-data.ts'
import { gatewayName } from '../collection/gateway-name.ts'
import { listMeters } from '../meters/meter-data.ts'
import { type Asked, useStartRound } from './round-data.ts'
import styles from './rounds.module.css'

const KINDS = ['meter', 'gateway', 'building', 'all'] as const
type Kind = (typeof KINDS)[number]
const WHAT = ['status', 'energy', 'clock'] as const
type What = (typeof WHAT)[number]
const isWhat = (text: unknown): text is What => WHAT.some((each) => each === text)

type Chosen = {
  kind: Kind
  meterId: number | null
  gatewayId: number | null
  buildingId: number | null
  floor: number | null
  what: readonly What[]
}

const START: Chosen = {
  kind: 'gateway',
  meterId: null,
  gatewayId: null,
  buildingId: null,
  floor: null,
  what: ['status', 'energy'],
}

/** What is asked of the server; null where something is still missing. */
const askedOf = (chosen: Chosen): Asked | null => {
  const what = [...chosen.what]
  if (what.length === 0) return null
  switch (chosen.kind) {
    case 'meter':
      return chosen.meterId === null ? null : { unit: { meterIds: [chosen.meterId] }, what }
    case 'gateway':
      return chosen.gatewayId === null ? null : { unit: { gatewayId: chosen.gatewayId }, what }
    case 'building': {
      const { buildingId, floor } = chosen
      if (buildingId === null) return null
      return { unit: floor === null ? { buildingId } : { buildingId, floor }, what }
    }
    case 'all':
      return { unit: { all: true }, what }
  }
}

type PickProps = { complexId: number; chosen: Chosen; onChosen: (next: Chosen) => void }

const PickMeter = ({ complexId, chosen, onChosen }: PickProps) => {
  const { say, language } = useText()
  const [text, setText] = useState('')
  const { data } = useQuery({
    queryKey: ['meters', complexId, 'find', text],
    queryFn: () => listMeters(complexId, { search: text, limit: 20 }),
    placeholderData: (previous) => previous,
  })
  return (
    <Select
      id="unit-meter"
      aria-label={say('meters.find')}
      className={styles.pick}
      showSearch={{ filterOption: false, onSearch: setText }}
      placeholder={say('meters.find')}
      value={chosen.meterId}
      options={(data?.items ?? []).map((meter) => ({
        value: meter.meterId,
        label: `${meter.meterNo} ${meter.premises} ${
          (language === 'en' && meter.premisesNameEn) || meter.premisesName
        }`,
      }))}
      onChange={(meterId) => onChosen({ ...chosen, meterId })}
    />
  )
}

const PickGateway = ({ complexId, chosen, onChosen }: PickProps) => {
  const { say, language } = useText()
  const { data } = useGateways(complexId)
  return (
    <Select
      id="unit-gateway"
      aria-label={say('meter.gateway')}
      className={styles.pick}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={say('meter.gateway')}
      value={chosen.gatewayId}
      options={(data?.items ?? []).map((gateway) => ({
        value: gateway.gatewayId,
        label: `${gateway.code} ${gatewayName(gateway, language)} (${gateway.meters})`,
        disabled: !gateway.enabled || gateway.meters === 0,
      }))}
      onChange={(gatewayId) => onChosen({ ...chosen, gatewayId })}
    />
  )
}

const PickBuilding = ({ complexId, chosen, onChosen }: PickProps) => {
  const { say, language } = useText()
  const { data } = useBuildings(complexId)
  const buildings = data?.items ?? []
  const floors = buildings.find((each) => each.buildingId === chosen.buildingId)?.floors ?? []
  return (
    <>
      <Select
        id="unit-building"
        aria-label={say('meters.building')}
        className={styles.pick}
        placeholder={say('meters.building')}
        value={chosen.buildingId}
        options={buildings.map(({ buildingId, name, nameEn }) => ({
          value: buildingId,
          label: buildingName({ building: name, buildingEn: nameEn }, language),
        }))}
        onChange={(buildingId) => onChosen({ ...chosen, buildingId, floor: null })}
      />
      <Select
        id="unit-floor"
        aria-label={say('meters.floor')}
        className={styles.pickSmall}
        allowClear
        placeholder={say('unit.allFloors')}
        value={chosen.floor}
        options={floors.map((floor) => ({ value: floor, label: floorName(floor, say) }))}
        onChange={(floor: number | null) => onChosen({ ...chosen, floor: floor ?? null })}
      />
    </>
  )
}

const Pick = (props: PickProps) => {
  const { say } = useText()
  switch (props.chosen.kind) {
    case 'meter':
      return <PickMeter {...props} />
    case 'gateway':
      return <PickGateway {...props} />
    case 'building':
      return <PickBuilding {...props} />
    case 'all':
      return <span>{say('unit.allText')}</span>
  }
}

export const UnitForm = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const [chosen, setChosen] = useState(START)
  const round = useStartRound(complexId)
  const asked = askedOf(chosen)
  return (
    <Card title={say('round.new')}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (asked && !round.isPending) round.start(asked, () => {})
        }}
      >
        <Radio.Group
          aria-label={say('unit.label')}
          optionType="button"
          value={chosen.kind}
          options={KINDS.map((value) => ({ value, label: say(`unit.${value}`) }))}
          onChange={(event) => setChosen({ ...chosen, kind: event.target.value })}
        />
        <Pick complexId={complexId} chosen={chosen} onChosen={setChosen} />
        <Checkbox.Group
          aria-label={say('round.what')}
          value={[...chosen.what]}
          options={WHAT.map((value) => ({ value, label: say(`what.${value}`) }))}
          onChange={(what) => setChosen({ ...chosen, what: what.filter(isWhat) })}
        />
        <Button type="primary" htmlType="submit" disabled={!asked} loading={round.isPending}>
          {say('round.start')}
        </Button>
      </form>
      {round.error ? <ProblemAlert error={round.error} /> : null}
    </Card>
  )
}
