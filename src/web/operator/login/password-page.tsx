// Choosing an own password 修改初始密码: asked of everyone who logs in with a given one, before anything
// else can be done.

import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useText } from '../../text/i18n.ts'
import { ProblemAlert } from '../../ui/problem.tsx'
import { changePassword } from '../api/session.ts'
import styles from './login.module.css'

type Fields = { current: string; next: string; again: string }

export const PasswordPage = () => {
  const { say } = useText()
  const change = useMutation({
    mutationFn: (fields: Fields) => changePassword(fields.current, fields.next),
  })
  const required = [{ required: true, message: say('login.passwordMissing') }]
  return (
    <div className={styles.page}>
      <main className={styles.card}>
        <h1 className={styles.title}>{say('login.mustChange')}</h1>
        <Form<Fields>
          layout="vertical"
          requiredMark={false}
          onFinish={(fields) => {
            if (!change.isPending) change.mutate(fields)
          }}
        >
          <Form.Item name="current" label={say('login.currentPassword')} rules={required}>
            <Input.Password autoComplete="current-password" autoFocus />
          </Form.Item>
          <Form.Item name="next" label={say('login.newPassword')} rules={required}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="again"
            label={say('login.newPasswordAgain')}
            dependencies={['next']}
            rules={[
              ...required,
              ({ getFieldValue }) => ({
                validator: async (_, typed) => {
                  if (typed !== getFieldValue('next')) {
                    throw new Error(say('login.passwordsDiffer'))
                  }
                },
              }),
            ]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          {change.error ? (
            <Form.Item>
              <ProblemAlert error={change.error} />
            </Form.Item>
          ) : null}
          <Button type="primary" htmlType="submit" block loading={change.isPending}>
            {say('login.change')}
          </Button>
        </Form>
      </main>
    </div>
  )
}
