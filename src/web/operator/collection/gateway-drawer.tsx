// One gateway 通讯管理机详情: state and fault, its buses with how busy and how fresh each is, the meters
// that do not answer, and what may be changed.

import { Link } from '@tanstack/react-router'
import { Alert, App, Button, Drawer, Skeleton } from 'antd'
import { useState } from 'react'
import type { Bus, DeadMeter, GatewayDetail } from '../../../http/contract/collection.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { Age, When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { ProblemAlert, problemOf, useProblemText } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { useMay } from '../api/session-store.ts'
import { RemoveButton } from '../places/remove-button.tsx'
import { useStartRound } from '../rounds/round-data.ts'
import styles from './collection.module.css'
import { useGateway, useSaveGateway } from './collection-data.ts'
import { Devices } from './devices.tsx'
import { GatewayDialog } from './gateway-dialog.tsx'
import { gatewayName } from './gateway-name.ts'
import { GatewayState } from './gateway-state.tsx'
import { isLinkKind, LINK_FIELDS } from './link-form.ts'
import { Answering, Busy, Freshness } from './measures.tsx'

const settingText = (settings: Record<string, unknown>, name: string): string => {
  const value = settings[name]
  return value === undefined || value === null ? '' : String(value)
}

const busColumns = (say: Say, staleAfterMs: number): Column<Bus>[] => [
  { key: 'bus', title: say('bus.bus'), render: (bus) => bus.ordinal },
  {
    key: 'line',
    title: say('bus.line'),
    render: ({ settings }) =>
      ['protocol', 'baud', 'parity']
        .map((name) => settingText(settings, name))
        .join(' ')
        .trim() || say('bus.standard'),
  },
  { key: 'meters', title: say('gateway.answering'), render: (bus) => <Answering counted={bus} /> },
  {
    key: 'fresh',
    title: say('gateway.freshness'),
    align: 'right',
    render: (bus) => <Freshness ms={bus.freshnessP99Ms} />,
  },
  {
    key: 'last',
    title: say('gateway.lastAnswer'),
    render: (bus) => <Age at={bus.lastAnswerAt} staleAfterMs={staleAfterMs} />,
  },
  { key: 'busy', title: say('gateway.busy'), render: (bus) => <Busy figures={bus.figures} /> },
  {
    key: 'timeouts',
    title: say('bus.timeouts'),
    align: 'right',
    render: ({ figures }) => (figures ? `${figures.timeouts} / ${figures.requests}` : '—'),
  },
]

const deadColumns = (say: Say, staleAfterMs: number): Column<DeadMeter>[] => [
  {
    key: 'no',
    title: say('meter.no'),
    render: (dead) => (
      <Link to="/meters" search={{ meter: String(dead.meterId) }}>
        {dead.meterNo}
      </Link>
    ),
  },
  { key: 'premises', title: say('board.premises'), render: (d) => <Name>{d.premises}</Name> },
  { key: 'bus', title: say('bus.bus'), render: (dead) => dead.bus },
  { key: 'heard', title: say('meters.heard'), render: (dead) => say(`heard.${dead.heard}`) },
  {
    key: 'last',
    title: say('gateway.lastAnswer'),
    render: (dead) => <Age at={dead.readAt} staleAfterMs={staleAfterMs} />,
  },
  {
    key: 'fault',
    title: say('gateway.fault'),
    render: ({ fault }) => (fault === null ? '—' : <Reason code={fault} />),
  },
]

const LinkFacts = ({ gateway }: { gateway: GatewayDetail }) => {
  const { say } = useText()
  const { linkKind, link } = gateway
  const fields = isLinkKind(linkKind) ? LINK_FIELDS[linkKind] : []
  return (
    <Facts
      rows={[
        [say('gateway.substation'), <Name key="s">{gateway.substation || '—'}</Name>],
        [say('gateway.since'), <When key="w" at={gateway.since} />],
        gateway.fault === null
          ? null
          : [say('gateway.fault'), <Reason key="f" code={gateway.fault} />],
        [say('link.kind'), isLinkKind(linkKind) ? say(`link.is.${linkKind}`) : linkKind],
        ...fields.map(({ name, text, kind }): [string, string] | null => {
          if (kind === 'secret')
            return link[`${name}Set`] === true ? [say(text), say('link.secretSet')] : null
          return link[name] === undefined ? null : [say(text), String(link[name])]
        }),
      ]}
    />
  )
}

type ActionsProps = { complexId: number; gateway: GatewayDetail; onClose: () => void }

const Actions = ({ complexId, gateway, onClose }: ActionsProps) => {
  const { say } = useText()
  const words = useProblemText()
  const { message, modal } = App.useApp()
  const mayEdit = useMay('register.edit')
  const maySend = useMay('command.send')
  const [editing, setEditing] = useState(false)
  const save = useSaveGateway(complexId, gateway.gatewayId)
  const round = useStartRound(complexId)
  const failed = (error: unknown) => void message.error(words(problemOf(error)))
  const toggle = () => {
    const enabled = !gateway.enabled
    const act = () => save.mutateAsync({ enabled }).catch(failed)
    if (enabled) return void act()
    modal.confirm({
      title: say('gateway.disable'),
      content: say('gateway.disableText', { code: gateway.code, n: gateway.meters }),
      okText: say('gateway.disable'),
      cancelText: say('action.cancel'),
      okButtonProps: { danger: true },
      autoFocusButton: 'cancel',
      onOk: act,
    })
  }
  return (
    <div className={styles.actions}>
      {maySend ? (
        <Button
          type="primary"
          disabled={!gateway.enabled || gateway.meters === 0}
          loading={round.isPending}
          onClick={() => round.start({ unit: { gatewayId: gateway.gatewayId } }, failed)}
        >
          {say('gateway.readAll')}
        </Button>
      ) : null}
      {mayEdit ? <Button onClick={() => setEditing(true)}>{say('gateway.edit')}</Button> : null}
      {mayEdit ? (
        <Button danger={gateway.enabled} loading={save.isPending} onClick={toggle}>
          {say(gateway.enabled ? 'gateway.disable' : 'gateway.enable')}
        </Button>
      ) : null}
      {mayEdit && !gateway.enabled && gateway.meters === 0 ? (
        <RemoveButton
          path={`/gateways/${gateway.gatewayId}`}
          question={say('gateway.remove', { name: gateway.code })}
          onRemoved={onClose}
        />
      ) : null}
      {editing ? (
        <GatewayDialog complexId={complexId} gateway={gateway} onClose={() => setEditing(false)} />
      ) : null}
    </div>
  )
}

const Content = ({ complexId, gateway, onClose }: ActionsProps) => {
  const { say } = useText()
  return (
    <div className={styles.drawer}>
      {gateway.enabled ? null : <Alert type="info" showIcon title={say('gateway.disabledText')} />}
      <Actions complexId={complexId} gateway={gateway} onClose={onClose} />
      <LinkFacts gateway={gateway} />
      <h2>{say('gateway.buses')}</h2>
      <DataTable<Bus>
        label={say('gateway.buses')}
        columns={busColumns(say, gateway.staleAfterMs)}
        rows={gateway.buses}
        rowKey={(bus) => bus.busId}
        emptyText={say('gateway.noBus')}
      />
      <h2>{say('gateway.dead')}</h2>
      <DataTable<DeadMeter>
        label={say('gateway.dead')}
        columns={deadColumns(say, gateway.staleAfterMs)}
        rows={gateway.deadMeters}
        rowKey={(dead) => dead.meterId}
        emptyText={say('gateway.noDead')}
      />
      <Devices complexId={complexId} gatewayId={gateway.gatewayId} />
    </div>
  )
}

type GatewayDrawerProps = { complexId: number; gatewayId: number; onClose: () => void }

export const GatewayDrawer = ({ complexId, gatewayId, onClose }: GatewayDrawerProps) => {
  const { say, language } = useText()
  const { data, error, refetch } = useGateway(complexId, gatewayId)
  return (
    <Drawer
      open
      size={860}
      title={
        data ? (
          <span className={styles.title}>
            {data.code} <Name>{gatewayName(data, language)}</Name> <GatewayState gateway={data} />
          </span>
        ) : (
          say('gateway.title')
        )
      }
      onClose={onClose}
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? <Content complexId={complexId} gateway={data} onClose={onClose} /> : null}
      {!data && !error ? <Skeleton active /> : null}
    </Drawer>
  )
}
