// The password once more 身份确认, in place: an act of weight waits for it and then goes on.

import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input, Modal } from 'antd'
import { useText } from '../../text/i18n.ts'
import { ProblemAlert } from '../../ui/problem.tsx'
import { confirmByPasskey } from '../api/passkeys.ts'
import { confirmIdentity } from '../api/session.ts'
import { useSessionState } from '../api/session-store.ts'
import styles from './login.module.css'
import { PasskeyButton } from './passkey-button.tsx'

type Fields = { password: string; totp?: string }

const IdentityForm = ({ totp, passkeys }: { totp: boolean; passkeys: boolean }) => {
  const { say } = useText()
  const confirm = useMutation({
    mutationFn: (fields: Fields) => confirmIdentity(fields.password, fields.totp),
  })
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      onFinish={(fields) => {
        if (!confirm.isPending) confirm.mutate(fields)
      }}
    >
      <Form.Item
        name="password"
        label={say('login.password')}
        rules={[{ required: true, message: say('login.passwordMissing') }]}
      >
        <Input.Password id="confirm-password" autoComplete="current-password" autoFocus />
      </Form.Item>
      {totp ? (
        <Form.Item name="totp" label={say('totp.code')}>
          <Input id="confirm-totp" autoComplete="one-time-code" maxLength={40} />
        </Form.Item>
      ) : null}
      {confirm.error ? (
        <Form.Item>
          <ProblemAlert error={confirm.error} />
        </Form.Item>
      ) : null}
      <Button type="primary" htmlType="submit" block loading={confirm.isPending}>
        {say('login.confirm')}
      </Button>
      {passkeys ? (
        <div className={styles.other}>
          <PasskeyButton text={say('passkey.confirm')} ask={confirmByPasskey} />
        </div>
      ) : null}
    </Form>
  )
}

export const ConfirmIdentityDialog = () => {
  const { say } = useText()
  const { session, identity } = useSessionState()
  const passkeys = (session?.operator.passkeys ?? 0) > 0
  return (
    <Modal
      open={identity !== null && session !== null}
      title={say('login.confirmTitle')}
      footer={null}
      onCancel={() => identity?.giveUp()}
      mask={{ closable: false }}
      width={380}
      zIndex={1_200}
      destroyOnHidden
    >
      <p>{say('login.confirmText')}</p>
      <IdentityForm totp={(session?.operator.totp ?? false) || passkeys} passkeys={passkeys} />
    </Modal>
  )
}
