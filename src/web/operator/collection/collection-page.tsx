// Collection 采集: every gateway with whether it can be reached, how its meters answer, how fresh
// what they said is and how busy its buses are.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { Gateway } from '../../../http/contract/collection.ts'
import type { ListOf } from '../../../http/contract.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import { Age, When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { Reason } from '../../ui/reason.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import styles from './collection.module.css'
import { ASK_AGAIN_MS, listGateways } from './collection-data.ts'
import { GatewayDialog } from './gateway-dialog.tsx'
import { GatewayDrawer } from './gateway-drawer.tsx'
import { gatewayName } from './gateway-name.ts'
import { GatewayState } from './gateway-state.tsx'
import { isLinkKind } from './link-form.ts'
import { Answering, Busy, busiest, Freshness } from './measures.tsx'
import { UnknownCallers } from './unknown-callers.tsx'

const route = getRouteApi('/shell/collection')

const columnsOf = (say: Say, language: Language): Column<Gateway>[] => [
  {
    key: 'code',
    title: say('gateway.code'),
    render: (gateway) => (
      <Link to="/collection" search={{ gateway: String(gateway.gatewayId) }}>
        {gateway.code}
      </Link>
    ),
  },
  {
    key: 'name',
    title: say('gateway.name'),
    render: (gateway) => <Name>{gatewayName(gateway, language)}</Name>,
  },
  { key: 'state', title: say('gateway.state'), render: (g) => <GatewayState gateway={g} /> },
  {
    key: 'since',
    title: say('gateway.since'),
    render: (gateway) => (gateway.enabled ? <When at={gateway.since} /> : '—'),
  },
  {
    key: 'kind',
    title: say('link.kind'),
    render: ({ linkKind }) => (isLinkKind(linkKind) ? say(`link.is.${linkKind}`) : linkKind),
  },
  {
    key: 'buses',
    title: say('gateway.buses'),
    align: 'right',
    render: (gateway) => gateway.buses.length,
  },
  { key: 'meters', title: say('gateway.answering'), render: (g) => <Answering counted={g} /> },
  {
    key: 'fresh',
    title: say('gateway.freshness'),
    align: 'right',
    render: (gateway) => <Freshness ms={gateway.freshnessP99Ms} />,
  },
  {
    key: 'last',
    title: say('gateway.lastAnswer'),
    render: (gateway) => <Age at={gateway.lastAnswerAt} staleAfterMs={gateway.staleAfterMs} />,
  },
  {
    key: 'busy',
    title: say('gateway.busy'),
    render: (gateway) => <Busy figures={busiest(gateway)?.figures ?? null} />,
  },
  {
    key: 'fault',
    title: say('gateway.fault'),
    render: ({ fault }) => (fault === null ? '—' : <Reason code={fault} />),
  },
]

const Totals = ({ gateways }: { gateways: readonly Gateway[] }) => {
  const { say } = useText()
  const enabled = gateways.filter((gateway) => gateway.enabled)
  const sum = (of: (gateway: Gateway) => number) =>
    gateways.reduce((total, gateway) => total + of(gateway), 0)
  const silent = sum((gateway) => gateway.silent)
  const never = sum((gateway) => gateway.neverRead)
  const online = enabled.filter((gateway) => gateway.online === true).length
  return (
    <ul className={styles.totals}>
      <li data-tone={online < enabled.length ? 'bad' : undefined}>
        {say('gateway.totalOnline')}{' '}
        <b>
          {online} / {enabled.length}
        </b>
      </li>
      <li>
        {say('gateway.totalAnswering')} <b>{sum((gateway) => gateway.answering)}</b>
      </li>
      <li data-tone={silent > 0 ? 'bad' : undefined}>
        {say('gateway.totalSilent')} <b>{silent}</b>
      </li>
      <li data-tone={never > 0 ? 'bad' : undefined}>
        {say('gateway.totalNever')} <b>{never}</b>
      </li>
    </ul>
  )
}

export const CollectionPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayEdit = useMay('register.edit')
  const [adding, setAdding] = useState(false)
  return (
    <Page
      title={say('nav.collection')}
      tools={
        mayEdit ? (
          <Button type="primary" onClick={() => setAdding(true)}>
            {say('gateway.add')}
          </Button>
        ) : null
      }
    >
      <QueryTable<Gateway>
        name="gateways"
        label={say('nav.collection')}
        queryKey={['gateways', complexId, 'list']}
        load={({ cursor }): Promise<ListOf<Gateway>> => listGateways(complexId, { cursor })}
        columns={columnsOf(say, language)}
        filters={[]}
        search={{ cursor: search.cursor }}
        onSearch={({ cursor }) => void navigate({ search: { cursor } })}
        rowKey={(gateway) => gateway.gatewayId}
        emptyText={say('gateway.none')}
        summary={({ items }) => <Totals gateways={items} />}
        refreshMs={ASK_AGAIN_MS}
      />
      {mayEdit ? <UnknownCallers /> : null}
      {search.gateway ? (
        <GatewayDrawer
          complexId={complexId}
          gatewayId={Number(search.gateway)}
          onClose={() => void navigate({ search: ({ gateway: _, ...rest }) => rest })}
        />
      ) : null}
      {adding ? (
        <GatewayDialog complexId={complexId} gateway={null} onClose={() => setAdding(false)} />
      ) : null}
    </Page>
  )
}
