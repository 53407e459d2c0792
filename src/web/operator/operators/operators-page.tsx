// Operators 操作员: who there is, what he may reach, and how he gets in.

import { PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, Dropdown } from 'antd'
import { useState } from 'react'
import type { OperatorItem } from '../../../http/contract/operators.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { timeOf, useOfNow } from '../../ui/clock.ts'
import type { Column } from '../../ui/data-table.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { timeText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import { useMay, useSessionState } from '../api/session-store.ts'
import { LoginPolicyCard } from './login-policy.tsx'
import { useOperators, useRoles } from './operator-data.ts'
import {
  AskDialog,
  EditOperatorDialog,
  NewOperatorDialog,
  ResetPasswordDialog,
} from './operator-dialog.tsx'
import styles from './operators.module.css'
import { SessionsDialog } from './sessions-dialog.tsx'

const ACTS = ['edit', 'reset', 'sessions', 'lock', 'unlock', 'clearTotp', 'endSessions'] as const
type Act = (typeof ACTS)[number]
type Doing = { act: Act; operator: OperatorItem } | { act: 'new' } | null

/** What can be done with him, as the server sees it: nobody locks or resets himself. */
const actsFor = (operator: OperatorItem, own: boolean): Act[] =>
  ACTS.filter((act) => {
    if (act === 'edit' || act === 'sessions') return true
    if (own) return false
    if (act === 'lock') return operator.disabledAt === null
    if (act === 'unlock') return operator.disabledAt !== null
    return act !== 'clearTotp' || operator.totp || operator.passkeys > 0
  })

const Acts = ({ operator, onAct }: { operator: OperatorItem; onAct: (act: Act) => void }) => {
  const { say } = useText()
  const { session } = useSessionState()
  const own = session?.operator.operatorId === operator.operatorId
  const [first, ...others] = actsFor(operator, own)
  return (
    <span className={styles.buttons}>
      {first ? (
        <Button size="small" onClick={() => onAct(first)}>
          {say(`op.${first}`)}
        </Button>
      ) : null}
      {others.length > 0 ? (
        <Dropdown
          trigger={['click']}
          menu={{
            items: others.map((act) => ({ key: act, label: say(`op.${act}`) })),
            onClick: ({ key }) => {
              const act = others.find((each) => each === key)
              if (act) onAct(act)
            },
          }}
        >
          <Button size="small" aria-label={`${say('op.more')} ${operator.username}`}>
            {say('op.more')}
          </Button>
        </Dropdown>
      ) : null}
    </span>
  )
}

const DAY_LENGTH = 'YYYY-MM-DD'.length

/** When he cannot come in, why; otherwise how he proves himself. */
const Way = ({ operator }: { operator: OperatorItem }) => {
  const { say } = useText()
  const ends = timeOf(operator.expiresAt)
  const ended = useOfNow((nowMs) => ends !== null && ends <= nowMs)
  if (operator.disabledAt !== null) return <Tag tone="bad">{say('op.locked')}</Tag>
  if (ended) return <Tag tone="bad">{say('op.ended')}</Tag>
  if (operator.mustChangePassword) return <Tag tone="warn">{say('op.mustChange')}</Tag>
  if (operator.passkeys > 0) return <Tag tone="good">{say('op.passkeyOn')}</Tag>
  if (operator.totp) return <Tag tone="good">{say('op.totpOn')}</Tag>
  return <Tag tone={operator.totpRequired ? 'warn' : 'plain'}>{say('op.passwordOnly')}</Tag>
}

const LastLogin = ({ operator }: { operator: OperatorItem }) => {
  const { say } = useText()
  const zone = useZone()
  const { lastLoginAt, expiresAt, stale } = operator
  const day = timeText(expiresAt, zone)?.slice(0, DAY_LENGTH)
  return (
    <>
      {lastLoginAt === null ? say('op.neverIn') : <When at={lastLoginAt} />}{' '}
      {stale ? <Tag tone="warn">{say('op.stale')}</Tag> : null}
      {day ? <div>{say('op.expires', { day })}</div> : null}
    </>
  )
}

const Reach = ({ operator }: { operator: OperatorItem }) => {
  const { say, language } = useText()
  const { session } = useSessionState()
  if (operator.complexes === null) return say('op.everyComplex')
  const names = operator.complexes.map((id) => {
    const complex = session?.complexes.find((each) => each.complexId === id)
    return (language === 'zh' ? complex?.name : complex?.nameEn) ?? String(id)
  })
  return (
    <>
      <Name>{names.join(', ')}</Name>
      {operator.buildings === null
        ? null
        : ` · ${say('op.some', { n: operator.buildings.length })}`}
    </>
  )
}

const RoleName = ({ code }: { code: string }) => {
  const { language } = useText()
  const { data } = useRoles()
  const role = data?.items.find((each) => each.code === code)
  return <Name>{(language === 'zh' ? role?.name : role?.nameEn) || code}</Name>
}

const columns = (say: Say, onDo: ((doing: Doing) => void) | null): Column<OperatorItem>[] => [
  { key: 'username', title: say('login.username'), render: (o) => <Name>{o.username}</Name> },
  { key: 'name', title: say('op.name'), render: (o) => <Name>{o.name}</Name> },
  { key: 'role', title: say('op.role'), render: (o) => <RoleName code={o.role} /> },
  { key: 'reach', title: say('op.reach'), render: (o) => <Reach operator={o} /> },
  { key: 'way', title: say('op.way'), render: (o) => <Way operator={o} /> },
  { key: 'last', title: say('op.lastLogin'), render: (o) => <LastLogin operator={o} /> },
  { key: 'phone', title: say('op.phone'), render: (o) => o.phoneMasked ?? '—' },
  ...(onDo
    ? [
        {
          key: 'acts',
          title: say('op.acts'),
          render: (operator: OperatorItem) => (
            <Acts operator={operator} onAct={(act) => onDo({ act, operator })} />
          ),
        },
      ]
    : []),
]

const Dialogs = ({ doing, onClose }: { doing: Doing; onClose: () => void }) => {
  if (doing === null) return null
  if (doing.act === 'new') return <NewOperatorDialog onClose={onClose} />
  const { act, operator } = doing
  if (act === 'edit') return <EditOperatorDialog operator={operator} onClose={onClose} />
  if (act === 'sessions') return <SessionsDialog operator={operator} onClose={onClose} />
  if (act === 'reset') return <ResetPasswordDialog operator={operator} onClose={onClose} />
  return <AskDialog operator={operator} ask={act} onClose={onClose} />
}

export const OperatorsPage = () => {
  const { say } = useText()
  const mayEdit = useMay('operator.edit')
  const { data, error, refetch } = useOperators()
  const [doing, setDoing] = useState<Doing>(null)
  const [staleOnly, setStaleOnly] = useState(false)
  const stale = data?.items.filter((operator) => operator.stale) ?? []
  const shown = staleOnly ? stale : data?.items
  return (
    <Page
      title={say('nav.operators')}
      tools={
        mayEdit ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setDoing({ act: 'new' })}>
            {say('op.new')}
          </Button>
        ) : null
      }
    >
      <Card>
        {error && !data ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
        {stale.length > 0 ? (
          <Checkbox checked={staleOnly} onChange={({ target }) => setStaleOnly(target.checked)}>
            {say('op.staleOnly', { n: stale.length })}
          </Checkbox>
        ) : null}
        <DataTable<OperatorItem>
          label={say('nav.operators')}
          rows={shown ?? (error ? [] : null)}
          rowKey={(operator) => operator.operatorId}
          emptyText={say('limit.noOperators')}
          columns={columns(say, mayEdit ? setDoing : null)}
        />
      </Card>
      <LoginPolicyCard mayEdit={mayEdit} />
      <Dialogs doing={doing} onClose={() => setDoing(null)} />
    </Page>
  )
}
