// Prices in meters 表内电价: which meters hold what their plan says, and pushing to those that don't.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import type { MeterPriceRow } from '../../../http/contract/meter-prices.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Called, Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { usePlanFilter } from '../plans/plan-name.ts'
import { MatchTag } from './match-tag.tsx'
import { listMeterPrices, MATCHES, PRICES_REFRESH_MS } from './price-data.ts'
import { PushDialog, type PushedMeter } from './push-dialog.tsx'

const route = getRouteApi('/shell/meter-prices')

type Chosen = ReadonlyMap<number, PushedMeter>

export const OrderState = ({ order }: { order: MeterPriceRow['order'] }) => {
  const { say } = useText()
  if (order === null) return '—'
  const { state, switchAt, inForceAt } = order
  const at = state === 'waiting' ? switchAt : state === 'inForce' ? inForceAt : null
  return (
    <span className={layout.lines}>
      <span>
        <Name>{order.planName}</Name> {say('plan.versionNo', { n: order.planVersion })}
      </span>
      <small>
        {say(`priceOrder.${state}`)} {at === null ? null : <When at={at} />}
      </small>
    </span>
  )
}

const dataColumns = (say: Say): Column<MeterPriceRow>[] => [
  {
    key: 'meter',
    title: say('sale.meterNo'),
    render: (row) => (
      <Link to="/meters" search={{ meter: String(row.meterId) }}>
        {row.meterNo}
      </Link>
    ),
  },
  {
    key: 'premises',
    title: say('sale.shop'),
    render: (row) => <Called zh={row.premises} en={row.premisesEn} />,
  },
  {
    key: 'plan',
    title: say('plan.title'),
    render: ({ planName: name, planVersion }) =>
      name === null ? (
        '—'
      ) : (
        <>
          <Name>{name}</Name>{' '}
          {planVersion === null ? '' : say('plan.versionNo', { n: planVersion })}
        </>
      ),
  },
  { key: 'match', title: say('meterPrices.match'), render: (row) => <MatchTag row={row} /> },
  { key: 'readAt', title: say('meterPrices.readAt'), render: (row) => <When at={row.readAt} /> },
  {
    key: 'pending',
    title: say('meterPrices.pending'),
    render: (row) => <When at={row.pendingSwitchAt} />,
  },
  {
    key: 'order',
    title: say('meterPrices.order'),
    render: (row) => <OrderState order={row.order} />,
  },
]

const columnsOf = (
  say: Say,
  chosen: Chosen,
  onToggle: ((row: MeterPriceRow) => void) | null,
): Column<MeterPriceRow>[] =>
  onToggle === null
    ? dataColumns(say)
    : [
        {
          key: 'choose',
          title: say('assign.choose'),
          render: (row) => (
            <Checkbox
              aria-label={row.meterNo}
              disabled={row.match === 'unsupported'}
              checked={chosen.has(row.meterId)}
              onChange={() => onToggle(row)}
            />
          ),
        },
        ...dataColumns(say),
      ]

type ChosenBarProps = { chosen: Chosen; onPush: () => void; onClear: () => void }

const ChosenBar = ({ chosen, onPush, onClear }: ChosenBarProps) => {
  const { say } = useText()
  return (
    <span className={layout.tools} aria-live="polite">
      {say('meterPrices.chosen', { n: chosen.size })}
      <Button disabled={chosen.size === 0} onClick={onClear}>
        {say('assign.clear')}
      </Button>
      <Button type="primary" disabled={chosen.size === 0} onClick={onPush}>
        {say('push.title')}
      </Button>
    </span>
  )
}

const useChosen = () => {
  const [chosen, setChosen] = useState<Chosen>(new Map())
  const toggle = ({ meterId, meterNo, premises }: MeterPriceRow) => {
    const next = new Map(chosen)
    if (!next.delete(meterId)) next.set(meterId, { meterId, meterNo, premises })
    setChosen(next)
  }
  return { chosen, toggle, clear: () => setChosen(new Map()) }
}

export const MeterPricesPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const maySend = useMay('price.push')
  const plans = usePlanFilter(complexId)
  const { chosen, toggle, clear } = useChosen()
  const [pushing, setPushing] = useState(false)
  const done = () => {
    setPushing(false)
    clear()
  }
  return (
    <Page
      title={say('nav.meterPrices')}
      tools={
        maySend ? (
          <ChosenBar chosen={chosen} onPush={() => setPushing(true)} onClear={clear} />
        ) : null
      }
    >
      <QueryTable<MeterPriceRow>
        name="meterPrices"
        label={say('nav.meterPrices')}
        queryKey={['meterPrices', complexId]}
        load={(query) => listMeterPrices(complexId, query)}
        columns={columnsOf(say, chosen, maySend ? toggle : null)}
        filters={[
          {
            key: 'match',
            label: say('meterPrices.match'),
            options: MATCHES.map((value) => ({ value, label: say(`priceMatch.${value}`) })),
          },
          {
            key: 'planId',
            label: say('plan.title'),
            options: plans,
          },
        ]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(row) => row.meterId}
        emptyText={say('meterPrices.none')}
        refreshMs={PRICES_REFRESH_MS}
      />
      {pushing ? (
        <PushDialog complexId={complexId} meters={[...chosen.values()]} onClose={done} />
      ) : null}
    </Page>
  )
}
