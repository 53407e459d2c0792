// The log-in form 登录表单, used by the page and by the dialog of a lapsed session.

import { LockOutlined, UserOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useText } from '../../text/i18n.ts'
import { ProblemAlert } from '../../ui/problem.tsx'
import { logIn } from '../api/session.ts'

type Fields = { username: string; password: string }

export const LoginForm = ({ username, onDone }: { username?: string; onDone: () => void }) => {
  const { say } = useText()
  const entry = useMutation({
    mutationFn: (fields: Fields) => logIn(fields.username.trim(), fields.password),
    onSuccess: onDone,
  })
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
      {entry.error ? (
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
