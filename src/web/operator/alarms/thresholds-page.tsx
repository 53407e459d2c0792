// Thresholds of each supply 报警阈值: its two amounts, and from which power an overload is told, with
// the level that figure comes from. Set for what is marked, for a whole level, or from a sheet.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { SupplyThreshold, Thresholds } from '../../../http/contract/alarms.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { markColumn, useMarks } from '../../ui/marks.tsx'
import { Money } from '../../ui/money.tsx'
import { Called, Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import type { Filter } from '../../ui/search-form.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useBuildings } from '../collection/collection-data.ts'
import { useComplex } from '../complex.tsx'
import { spanText } from './alarm-cells.tsx'
import { AlarmLinks } from './alarm-links.tsx'
import { listThresholds, THRESHOLDS_KEY, usePlans } from './threshold-data.ts'
import { ThresholdDialog } from './threshold-dialog.tsx'
import { kwText } from './threshold-rows.ts'
import { ThresholdSheetDialog } from './threshold-sheet.tsx'

const route = getRouteApi('/shell/alarms/thresholds')
const FROM = ['supply', 'building', 'plan', 'complex', 'policy', 'none'] as const

const Limit = ({ row }: { row: SupplyThreshold }) => {
  const { say } = useText()
  if (row.powerW === null) return say('alarms.level.none')
  return (
    <span className={layout.line}>
      {kwText(row.powerW)} kW · {spanText(say, (row.delayS ?? 0) * 1_000)}
      <Tag tone={row.from === 'supply' ? 'busy' : 'plain'}>
        {say(`alarms.level.${row.from ?? 'none'}`)}
      </Tag>
    </span>
  )
}

const markOf = ({ supplyId, premises, meterNo }: SupplyThreshold) => ({
  ...{ id: supplyId, name: `${premises} ${meterNo}` },
})

const columnsOf = (say: Say): Column<SupplyThreshold>[] => [
  {
    key: 'shop',
    title: say('sale.shop'),
    render: (r) => <Called zh={r.premises} en={r.premisesEn} />,
  },
  {
    key: 'tenant',
    title: say('receipt.tenant'),
    render: (r) => (
      <Link to="/accounts/$accountId" params={{ accountId: String(r.accountId) }}>
        <Name>{r.tenant}</Name>
      </Link>
    ),
  },
  { key: 'meter', title: say('account.meter'), render: (r) => <Name>{r.meterNo}</Name> },
  {
    key: 'building',
    title: say('meters.building'),
    render: (r) => <Called zh={r.building} en={r.buildingEn} />,
  },
  { key: 'plan', title: say('alarms.level.plan'), render: (r) => <Name>{r.plan}</Name> },
  {
    key: 'alarm1',
    title: say('meter.alarm1'),
    align: 'right',
    render: (r) => <Money fen={r.alarm1Fen} />,
  },
  {
    key: 'alarm2',
    title: say('meter.alarm2'),
    align: 'right',
    render: (r) => <Money fen={r.alarm2Fen} />,
  },
  {
    key: 'now',
    title: say('alarms.powerNow'),
    align: 'right',
    render: (r) => kwText(r.powerNowW),
  },
  { key: 'limit', title: say('alarms.overload'), render: (r) => <Limit row={r} /> },
]

const Levels = ({ list }: { list: Thresholds }) => {
  const { say } = useText()
  if (list.levels.length === 0) return <p className={layout.lead}>{say('alarms.noLevels')}</p>
  return (
    <ul>
      {list.levels.map((one) => (
        <li key={`${one.level}/${one.levelId}`}>
          {say(`alarms.level.${one.level}`)} <Name>{one.name}</Name>: {kwText(one.powerW)} kW ·{' '}
          {spanText(say, one.delayS * 1_000)}{' '}
          <small>
            <When at={one.savedAt} /> <Name>{one.savedBy}</Name> <Name>{one.reason}</Name>
          </small>
        </li>
      ))}
    </ul>
  )
}

const useFilters = (complexId: number): Filter[] => {
  const { say, language } = useText()
  const buildings = useBuildings(complexId).data?.items ?? []
  const plans = usePlans(complexId).data?.items ?? []
  const nameOf = (one: { name: string; nameEn: string }) =>
    language === 'en' && one.nameEn !== '' ? one.nameEn : one.name
  return [
    { key: 'search', label: say('alarms.shopOrMeter') },
    {
      key: 'buildingId',
      label: say('meters.building'),
      options: buildings.map((one) => ({ value: String(one.buildingId), label: nameOf(one) })),
    },
    {
      key: 'planId',
      label: say('alarms.level.plan'),
      options: plans.map((one) => ({ value: String(one.planId), label: nameOf(one) })),
    },
    {
      key: 'level',
      label: say('alarms.from.level'),
      options: FROM.map((value) => ({ value, label: say(`alarms.level.${value}`) })),
    },
  ]
}

type Asking = 'supplies' | 'level' | 'sheet' | null

export const ThresholdsPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const filters = useFilters(complexId)
  const mayEdit = useMay('alarm.edit')
  const mayPush = useMay('command.configure')
  const marks = useMarks<number>()
  const [asking, setAsking] = useState<Asking>(null)
  const close = () => {
    setAsking(null)
    marks.setAll([])
  }
  const tools = (list: Thresholds) => (
    <>
      <Levels list={list} />
      <p className={layout.line}>
        {mayEdit ? (
          <>
            <Button onClick={() => marks.setAll(list.items.map(({ supplyId }) => supplyId))}>
              {say('alarms.markAll', { n: list.items.length })}
            </Button>
            <Button
              type="primary"
              disabled={marks.ids.size === 0}
              onClick={() => setAsking('supplies')}
            >
              {say('alarms.setSupplies', { n: marks.ids.size })}
            </Button>
            <Button onClick={() => setAsking('level')}>{say('alarms.setLevel')}</Button>
            <Button onClick={() => setAsking('sheet')}>{say('alarms.sheet')}</Button>
          </>
        ) : null}
        {mayPush ? <Link to="/batches">{say('alarms.amountsByBatch')}</Link> : null}
      </p>
    </>
  )
  return (
    <Page title={say('alarms.thresholds')} tools={<AlarmLinks />}>
      <QueryTable<SupplyThreshold, Thresholds>
        name="alarm-thresholds"
        label={say('alarms.thresholds')}
        queryKey={[THRESHOLDS_KEY, complexId]}
        load={(query) => listThresholds(complexId, query)}
        columns={[...(mayEdit ? [markColumn(say, marks, markOf)] : []), ...columnsOf(say)]}
        filters={filters}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={({ supplyId }) => supplyId}
        emptyText={say('alarms.noSupplies')}
        summary={tools}
      />
      {asking === 'supplies' ? <ThresholdDialog supplies={[...marks.ids]} onClose={close} /> : null}
      {asking === 'level' ? <ThresholdDialog supplies={null} onClose={close} /> : null}
      {asking === 'sheet' ? <ThresholdSheetDialog onClose={close} /> : null}
    </Page>
  )
}
