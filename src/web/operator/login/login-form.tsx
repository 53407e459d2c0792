// The log-in form 登录表单, used by the page and by the dialog of a lapsed session.

import { LockOutlined, MobileOutlined, UserOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { ProblemAlert, problemOf } from '../../ui/problem.tsx'
import { logIn } from '../api/session.ts'

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

export const LoginForm = ({ username, onDone }: { username?: string; onDone: () => void }) => {
  const { say } = useText()
  const entry = useMutation({
    mutationFn: (fields: Fields) => logIn(fields.username.trim(), fields.password, fields.totp),
    onSuccess: onDone,
  })
  // Once asked for, the field stays while the form is sent again.
  const [coded, setCoded] = useState(false)
  if (!coded && asksForCode(entry.error)) setCoded(true)
  const asked = entry.error !== null && problemOf(entry.error).code === 'totp_required'
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      initialValues={{ username: username ?? '' }}
      onFinish={(fields) => {
        if (!entry.isPending) entry.mutate(fields)
      }}
    >
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
      {coded ? <CodeField /> : null}
      {entry.error && !asked ? (
        <Form.Item>
          <ProblemAlert error={entry.error} />
        </Form.Item>
      ) : null}
      <Button type="primary" htmlType="submit" size="large" block loading={entry.isPending}>
        {say('login.enter')}
      </Button>
    </Form>
  )
}
