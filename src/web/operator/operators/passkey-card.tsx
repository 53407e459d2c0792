// One's own passkeys 通行密钥: made, named and removed; with the first factor come recovery codes.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import type { Passkey } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { addPasskey, passkeysWork, removePasskey, renamePasskey } from '../api/passkeys.ts'
import { renewSession } from '../api/session.ts'
import { PasskeyProblem } from '../login/passkey-button.tsx'
import { OWN_PASSKEYS, useOwnPasskeys } from './operator-data.ts'
import styles from './operators.module.css'
import { RecoveryCodesOnce } from './recovery-codes.tsx'

/** From the name to the recovery codes, where there are any. */
export const AddPasskey = () => {
  const { say } = useText()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [codes, setCodes] = useState<readonly string[]>([])
  const done = () => {
    setCodes([])
    void renewSession()
  }
  const add = useMutation({
    mutationFn: () => addPasskey(name.trim()),
    onSuccess: (made) => {
      setName('')
      void client.invalidateQueries({ queryKey: OWN_PASSKEYS })
      if (made.codes.length > 0) setCodes(made.codes)
      else done()
    },
  })
  if (codes.length > 0) return <RecoveryCodesOnce codes={codes} onSeen={done} />
  if (!passkeysWork()) return <p>{say('passkey.unsupported')}</p>
  return (
    <Form layout="vertical" requiredMark={false} onFinish={() => add.mutate()}>
      <Form.Item label={say('passkey.name')} htmlFor="passkey-name" extra={say('passkey.nameHint')}>
        <Input
          id="passkey-name"
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
      </Form.Item>
      <PasskeyProblem error={add.error} />
      <Button
        type="primary"
        htmlType="submit"
        disabled={name.trim() === ''}
        loading={add.isPending}
      >
        {say('passkey.add')}
      </Button>
    </Form>
  )
}

type Doing = { act: 'rename' | 'remove'; passkey: Passkey }

const ActDialog = ({ doing: { act, passkey }, onClose }: { doing: Doing; onClose: () => void }) => {
  const { say } = useText()
  const client = useQueryClient()
  const [name, setName] = useState(passkey.name)
  const run = useMutation({
    mutationFn: async () => {
      if (act === 'rename') await renamePasskey(passkey.passkeyId, name.trim())
      else await removePasskey(passkey.passkeyId)
      await client.invalidateQueries({ queryKey: OWN_PASSKEYS })
      onClose()
      await renewSession()
    },
  })
  return (
    <Confirm
      open
      title={`${say(`passkey.${act}`)} ${passkey.name}`}
      confirmText={say(`passkey.${act}`)}
      danger={act === 'remove'}
      allowed={name.trim() !== ''}
      busy={run.isPending}
      error={run.error}
      onConfirm={() => run.mutate()}
      onCancel={onClose}
    >
      {act === 'remove' ? (
        <p>{say('passkey.removeHint')}</p>
      ) : (
        <ActForm>
          <TextField
            id="passkey-new-name"
            label={say('passkey.name')}
            text={name}
            maxLength={100}
            autoFocus
            onText={setName}
          />
        </ActForm>
      )}
    </Confirm>
  )
}

const Used = ({ passkey }: { passkey: Passkey }) => {
  const { say } = useText()
  if (passkey.clonedAt !== null) return <Tag tone="bad">{say('passkey.cloned')}</Tag>
  return passkey.lastUsedAt === null ? say('passkey.never') : <When at={passkey.lastUsedAt} />
}

const Buttons = ({ passkey, onDo }: { passkey: Passkey; onDo: (doing: Doing) => void }) => {
  const { say } = useText()
  return (
    <span className={styles.buttons}>
      <Button size="small" onClick={() => onDo({ act: 'rename', passkey })}>
        {say('passkey.rename')}
      </Button>
      <Button size="small" danger onClick={() => onDo({ act: 'remove', passkey })}>
        {say('passkey.remove')}
      </Button>
    </span>
  )
}

export const PasskeyCard = () => {
  const { say } = useText()
  const { data, error } = useOwnPasskeys()
  const [doing, setDoing] = useState<Doing | null>(null)
  return (
    <Card title={say('passkey.title')}>
      <p>{say('passkey.why')}</p>
      {error && !data ? <ProblemAlert error={error} /> : null}
      {data && data.items.length > 0 ? (
        <DataTable<Passkey>
          label={say('passkey.title')}
          rows={data.items}
          rowKey={(passkey) => passkey.passkeyId}
          emptyText={say('passkey.none')}
          columns={[
            { key: 'name', title: say('passkey.name'), render: (p) => <Name>{p.name}</Name> },
            { key: 'host', title: say('passkey.host'), render: (p) => <Name>{p.rpId}</Name> },
            { key: 'at', title: say('passkey.added'), render: (p) => <When at={p.createdAt} /> },
            { key: 'used', title: say('passkey.used'), render: (p) => <Used passkey={p} /> },
            {
              key: 'act',
              title: say('op.acts'),
              render: (p) => <Buttons passkey={p} onDo={setDoing} />,
            },
          ]}
        />
      ) : null}
      <AddPasskey />
      {doing ? <ActDialog doing={doing} onClose={() => setDoing(null)} /> : null}
    </Card>
  )
}
