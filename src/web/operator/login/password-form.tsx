// The form of an own password 修改密码, used by the page of the first log-in and by one's own account.

import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import type { LoginPolicy } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { ProblemAlert } from '../../ui/problem.tsx'
import { changePassword } from '../api/session.ts'
import { useLoginPolicy } from '../operators/operator-data.ts'

type Fields = { current: string; next: string; again: string }

const Rules = ({ policy }: { policy: LoginPolicy }) => {
  const { say } = useText()
  const { passwordLengthMin: n, passwordKindsMin: kinds, passwordHistory } = policy
  return (
    <>
      {kinds > 1
        ? say('login.passwordRules', { n, kinds })
        : say('login.passwordRulesPlain', { n })}
      {passwordHistory > 1 ? (
        <div>{say('login.passwordHistory', { n: passwordHistory })}</div>
      ) : null}
    </>
  )
}

export const PasswordForm = ({ first, onDone }: { first?: true; onDone?: () => void }) => {
  const { say } = useText()
  const [form] = Form.useForm<Fields>()
  const policy = useLoginPolicy()
  const change = useMutation({
    mutationFn: (fields: Fields) => changePassword(fields.current, fields.next),
    onSuccess: () => {
      form.resetFields()
      onDone?.()
    },
  })
  const required = [{ required: true, message: say('login.passwordMissing') }]
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={(fields) => {
        if (!change.isPending) change.mutate(fields)
      }}
    >
      <Form.Item name="current" label={say('login.currentPassword')} rules={required}>
        <Input.Password autoComplete="current-password" autoFocus={first === true} />
      </Form.Item>
      <Form.Item
        name="next"
        label={say('login.newPassword')}
        rules={required}
        extra={policy.data ? <Rules policy={policy.data} /> : null}
      >
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
      <Button type="primary" htmlType="submit" block={first === true} loading={change.isPending}>
        {say('login.change')}
      </Button>
    </Form>
  )
}
