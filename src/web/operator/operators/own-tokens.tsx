// One's own tokens 接口令牌: made for a machine with a part of one's rights, shown once, revoked.

import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Typography } from 'antd'
import { useState } from 'react'
import type { Token } from '../../../http/contract/operators.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { OWN_TOKENS, revokeToken, useOwnTokens, usePermissions } from './operator-data.ts'
import styles from './operators.module.css'
import { TokenDialog } from './token-dialog.tsx'

const State = ({ token }: { token: Token }) => {
  const { say } = useText()
  if (token.revokedAt !== null) return <Tag tone="bad">{say('token.revoked')}</Tag>
  return <Tag tone="good">{say('token.stands')}</Tag>
}

const Permissions = ({ codes }: { codes: readonly string[] }) => {
  const { language } = useText()
  const { data } = usePermissions()
  const words = (code: string) => data?.items.find((each) => each.code === code)?.[language] ?? code
  return <span style={{ whiteSpace: 'normal' }}>{codes.map(words).join(' · ')}</span>
}

const columns = (say: Say, onRevoke: (token: Token) => void): Column<Token>[] => [
  { key: 'name', title: say('token.name'), render: (t) => <Name>{t.name}</Name> },
  {
    key: 'permissions',
    title: say('role.permissions'),
    render: (t) => <Permissions codes={t.permissions} />,
  },
  { key: 'expires', title: say('token.expires'), render: (t) => <When at={t.expiresAt} /> },
  {
    key: 'used',
    title: say('token.lastUsed'),
    render: (t) =>
      t.lastUsedAt === null ? (
        say('token.never')
      ) : (
        <>
          <When at={t.lastUsedAt} /> {t.lastAddress}
        </>
      ),
  },
  { key: 'state', title: say('op.way'), render: (t) => <State token={t} /> },
  {
    key: 'act',
    title: say('op.acts'),
    render: (t) =>
      t.revokedAt === null ? (
        <Button size="small" danger onClick={() => onRevoke(t)}>
          {say('token.revoke')}
        </Button>
      ) : null,
  },
]

const Made = ({ token }: { token: string }) => {
  const { say } = useText()
  return (
    <Alert
      type="success"
      role="status"
      title={say('token.shownOnce')}
      description={
        <Typography.Text code copyable={{ text: token }}>
          {token}
        </Typography.Text>
      }
    />
  )
}

export const OwnTokens = () => {
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const client = useQueryClient()
  const { data, error } = useOwnTokens()
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<string | null>(null)
  const revoke = useMutation({
    mutationFn: ({ tokenId }: Token) => revokeToken(tokenId),
    onSuccess: () => client.invalidateQueries({ queryKey: OWN_TOKENS }),
    onError: (failed) => void message.error(words(problemOf(failed))),
  })
  return (
    <Card title={say('token.title')}>
      <p className={styles.buttons}>
        <Button icon={<PlusOutlined />} onClick={() => setMaking(true)}>
          {say('token.new')}
        </Button>
      </p>
      {made === null ? null : <Made token={made} />}
      <DataTable<Token>
        label={say('token.title')}
        rows={data?.items ?? (error ? [] : null)}
        rowKey={(token) => token.tokenId}
        emptyText={say('token.none')}
        columns={columns(say, (token) => revoke.mutate(token))}
      />
      {making ? <TokenDialog onClose={() => setMaking(false)} onMade={setMade} /> : null}
    </Card>
  )
}
