// The log-in form 登录表单, used by the page and by the dialog of a lapsed session.

import { LockOutlined, MobileOutlined, UserOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button, Form, type FormInstance, Input } from 'antd'
import { useState } from 'react'
import type { Session } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { ProblemAlert, problemOf } from '../../ui/problem.tsx'
import { logInByPasskey, passkeyForLogIn } from '../api/passkeys.ts'
import { logIn } from '../api/session.ts'
import styles from './login.module.css'
import { PasskeyButton } from './passkey-button.tsx'

type Fields = { username: string; password: string; totp?: string }

/** The server asks for the code once the password was right. */
const asksForCode = (error: unknown): boolean =>
  error !== null && ['totp_required', 'totp_wrong'].includes(problemOf(error).code)

const CodeField = () => {
  const { say } = useText()
  return (
    <Form.Item name="totp" label={say('totp.code')} extra={say('totp.orRecovery')}>
      <Input
        size="large"
        prefix={<MobileOutlined aria-hidden />}
        autoComplete="one-time-code"
        maxLength={40}
        autoFocus
      />
    </Form.Item>
  )
}

/** Beside the password where it was right, and otherwise instead of it. */
const PasskeyWay = ({ form, second, onDone }: WayProps) => {
  const { say } = useText()
  const beside = async () => {
    const { username, password } = form.getFieldsValue()
    return logIn(username.trim(), password, { passkey: await passkeyForLogIn() })
  }
  return (
    <PasskeyButton
      key={String(second)}
      text={say(second ? 'passkey.second' : 'passkey.enter')}
      ask={second ? beside : logInByPasskey}
      onDone={onDone}
    />
  )
}

const NameAndPassword = ({ username }: { username: string | undefined }) => {
  const { say } = useText()
  return (
    <>
      <Form.Item
        name="username"
        label={say('login.username')}
        rules={[{ required: true, message: say('login.usernameMissing') }]}
      >
        <Input
          size="large"
          prefix={<UserOutlined aria-hidden />}
          autoComplete="username"
          autoFocus={username === undefined}
          disabled={username !== undefined}
        />
      </Form.Item>
      <Form.Item
        name="password"
        label={say('login.password')}
        rules={[{ required: true, message: say('login.passwordMissing') }]}
      >
        <Input.Password
          size="large"
          prefix={<LockOutlined aria-hidden />}
          autoComplete="current-password"
          autoFocus={username !== undefined}
        />
      </Form.Item>
    </>
  )
}

type DoneProps = { onDone: (session: Session) => void }
type WayProps = DoneProps & { form: FormInstance<Fields>; second: boolean }

export const LoginForm = ({ username, onDone }: DoneProps & { username?: string }) => {
  const { say } = useText()
  const [form] = Form.useForm<Fields>()
  const entry = useMutation({
    mutationFn: ({ username: name, password, totp }: Fields) =>
      logIn(name.trim(), password, { totp }),
    onSuccess: onDone,
  })
  // Once asked for, the field stays while the form is sent again.
  const [coded, setCoded] = useState(false)
  if (!coded && asksForCode(entry.error)) setCoded(true)
  const second = coded && entry.error !== null && problemOf(entry.error).facts.passkey === true
  const asked = entry.error !== null && problemOf(entry.error).code === 'totp_required'
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ username: username ?? '' }}
      onFinish={(fields) => {
        if (!entry.isPending) entry.mutate(fields)
      }}
    >
      <NameAndPassword username={username} />
      {coded ? <CodeField /> : null}
      {entry.error && !asked ? (
        <Form.Item>
          <ProblemAlert error={entry.error} />
        </Form.Item>
      ) : null}
      <Button type="primary" htmlType="submit" size="large" block loading={entry.isPending}>
        {say('login.enter')}
      </Button>
      <div className={styles.other}>
        <PasskeyWay form={form} second={second} onDone={onDone} />
      </div>
    </Form>
  )
}
