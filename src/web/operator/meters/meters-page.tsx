// Meters 电表: every meter with how it answers, what was last read of it and when; found by place,
// gateway, model and state, each filter in the address.

import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { MeterItem, MeterList } from '../../../http/contract/collection.ts'
import { useText } from '../../text/i18n.ts'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { useMay } from '../api/session-store.ts'
import { buildingName, floorName } from '../board/building.ts'
import {
  useBuildings,
  useGateways,
  useModelName,
  useModels,
} from '../collection/collection-data.ts'
import { useComplex } from '../complex.tsx'
import { HEARD } from './heard.tsx'
import { meterColumns } from './meter-columns.tsx'
import { listMeters } from './meter-data.ts'
import { MeterDrawer } from './meter-drawer.tsx'
import styles from './meters.module.css'
import { NewMeterDialog } from './new-meter-dialog.tsx'
import { readingChoice } from './readings-panel.tsx'

const route = getRouteApi('/shell/meters')
const ASK_AGAIN_MS = 15_000

const Counts = ({ list }: { list: MeterList }) => {
  const { say } = useText()
  return (
    <ul className={styles.heardCounts} data-testid="meter-counts">
      <li>
        {say('meters.total')} <b>{list.total}</b>
      </li>
      {HEARD.map((heard) => (
        <li key={heard}>
          {say(`heard.${heard}`)} <b>{list.heard[heard]}</b>
        </li>
      ))}
    </ul>
  )
}

const STOCK = ['free', 'hung', 'barred'] as const

const useFilters = (complexId: number, buildingId: string | undefined) => {
  const { say, language } = useText()
  const buildings = useBuildings(complexId).data?.items ?? []
  const gateways = useGateways(complexId).data?.items ?? []
  const models = useModels(complexId).data?.items ?? []
  const within = buildings.filter(
    (each) => buildingId === undefined || String(each.buildingId) === buildingId,
  )
  const floors = [...new Set(within.flatMap((each) => each.floors))].sort((a, b) => a - b)
  return [
    { key: 'search', label: say('meters.find') },
    {
      key: 'buildingId',
      label: say('meters.building'),
      options: buildings.map(({ buildingId: id, name, nameEn }) => ({
        value: String(id),
        label: buildingName({ building: name, buildingEn: nameEn }, language),
      })),
    },
    {
      key: 'floor',
      label: say('meters.floor'),
      options: floors.map((floor) => ({ value: String(floor), label: floorName(floor, say) })),
    },
    {
      key: 'gatewayId',
      label: say('meter.gateway'),
      options: gateways.map(({ gatewayId, code }) => ({ value: String(gatewayId), label: code })),
    },
    {
      key: 'model',
      label: say('meter.model'),
      options: models
        .filter(({ meters }) => meters > 0)
        .map(({ id, name }) => ({ value: id, label: name[language] })),
    },
    {
      key: 'stock',
      label: say('meters.stock'),
      options: STOCK.map((value) => ({ value, label: say(`stock.${value}`) })),
    },
    {
      key: 'heard',
      label: say('meters.heard'),
      options: HEARD.map((value) => ({ value, label: say(`heard.${value}`) })),
    },
  ]
}

export const MetersPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { meter, step, span, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const nameOf = useModelName(complexId)
  const filters = useFilters(complexId, search.buildingId)
  const choice = readingChoice(step, span)
  const mayEdit = useMay('register.edit')
  const [adding, setAdding] = useState(false)
  return (
    <Page
      title={say('nav.meters')}
      tools={
        mayEdit ? (
          <Button type="primary" onClick={() => setAdding(true)}>
            {say('meters.add')}
          </Button>
        ) : null
      }
    >
      <QueryTable<MeterItem, MeterList>
        name="meters"
        label={say('nav.meters')}
        queryKey={['meters', complexId]}
        load={(query) => listMeters(complexId, query)}
        columns={meterColumns(say, language, nameOf)}
        filters={filters}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(row) => row.meterId}
        emptyText={say('board.empty')}
        summary={(list) => <Counts list={list} />}
        refreshMs={ASK_AGAIN_MS}
      />
      {adding ? <NewMeterDialog complexId={complexId} onClose={() => setAdding(false)} /> : null}
      {meter ? (
        <MeterDrawer
          key={meter}
          complexId={complexId}
          meterId={Number(meter)}
          choice={choice}
          onChoice={(next) => void navigate({ search: (now) => ({ ...now, ...next }) })}
          onClose={() => void navigate({ search })}
        />
      ) : null}
    </Page>
  )
}
