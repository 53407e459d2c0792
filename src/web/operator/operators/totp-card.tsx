// The second factor 动态口令: a picture for the telephone, the first code to prove it, and recovery
// codes that are shown once.

import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input, QRCode } from 'antd'
import { useState } from 'react'
import type { ProposedTotp, RecoveryCodes } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { call } from '../api/client.ts'
import { renewSession } from '../api/session.ts'
import styles from './operators.module.css'
import { RecoveryCodesOnce } from './recovery-codes.tsx'

type ProveProps = { proposed: ProposedTotp; onProved: (codes: string[]) => void }

const Prove = ({ proposed, onProved }: ProveProps) => {
  const { say } = useText()
  const [code, setCode] = useState('')
  const prove = useMutation({
    mutationFn: () =>
      call<RecoveryCodes>('/session/totp/prove', {
        method: 'POST',
        body: { code },
        hear401: true,
      }),
    onSuccess: ({ codes }) => onProved(codes),
  })
  return (
    <>
      <p>{say('totp.scan')}</p>
      <div className={styles.secret}>
        {/* What it says stands beside it in letters. */}
        <div aria-hidden>
          <QRCode value={proposed.uri} size={168} type="svg" />
        </div>
        <div>
          <p>{say('totp.orType')}</p>
          <code>{proposed.secret.replaceAll(/(.{4})/g, '$1 ')}</code>
        </div>
      </div>
      <Form layout="vertical" onFinish={() => prove.mutate()}>
        <Form.Item label={say('totp.code')} htmlFor="totp-code">
          <Input
            id="totp-code"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </Form.Item>
        {prove.error ? <ProblemAlert error={prove.error} /> : null}
        <Button
          type="primary"
          htmlType="submit"
          disabled={!/^\d{6}$/.test(code)}
          loading={prove.isPending}
        >
          {say('totp.prove')}
        </Button>
      </Form>
    </>
  )
}

/** From the picture to the recovery codes. */
export const SetUpTotp = () => {
  const { say } = useText()
  const [proposed, setProposed] = useState<ProposedTotp | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const propose = useMutation({
    mutationFn: () => call<ProposedTotp>('/session/totp', { method: 'POST' }),
    onSuccess: setProposed,
  })
  if (codes !== null) return <RecoveryCodesOnce codes={codes} onSeen={() => void renewSession()} />
  if (proposed !== null) return <Prove proposed={proposed} onProved={setCodes} />
  return (
    <>
      <p>{say('totp.why')}</p>
      {propose.error ? <ProblemAlert error={propose.error} /> : null}
      <Button type="primary" loading={propose.isPending} onClick={() => propose.mutate()}>
        {say('totp.begin')}
      </Button>
    </>
  )
}

export const TotpCard = ({ enrolled }: { enrolled: boolean }) => {
  const { say } = useText()
  const clear = useMutation({
    mutationFn: () => call('/session/totp', { method: 'DELETE' }),
    onSuccess: () => renewSession(),
  })
  return (
    <Card title={say('totp.title')}>
      {enrolled ? (
        <>
          <p>
            <Tag tone="good">{say('op.totpOn')}</Tag> {say('totp.on')}
          </p>
          {clear.error ? <ProblemAlert error={clear.error} /> : null}
          <Button danger loading={clear.isPending} onClick={() => clear.mutate()}>
            {say('totp.clear')}
          </Button>
        </>
      ) : (
        <SetUpTotp />
      )}
    </Card>
  )
}
