// Going on with what was agreed to 继续办理, after the dialog that asked was closed.

import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import type { Approval, ApprovalRequest } from '../../../http/contract/approvals.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm } from '../../ui/form.tsx'
import { Money } from '../../ui/money.tsx'
import { useCarryOut } from './carry-out.ts'
import { Changes } from './changes.tsx'

type AskedProps = { approval: Approval; request: ApprovalRequest }

const Dialog = ({ approval, request, onClose }: AskedProps & { onClose: () => void }) => {
  const { say, language } = useText()
  const [password, setPassword] = useState('')
  const go = useCarryOut()
  // A first password is not kept with what was asked.
  const asksPassword = request.operation === 'operator.create'
  const { summary, approvalId } = approval
  const body = asksPassword ? { ...request.body, password } : request.body
  const run = () => {
    if (go.isPending) return
    const whole = { ...request, ...(body !== undefined && { body }) }
    go.mutate({ request: whole, approvalId }, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={`${say('approval.resume')} · ${approval.title[language]}`}
      confirmText={say('approval.resume')}
      danger
      allowed={!asksPassword || password !== ''}
      busy={go.isPending}
      error={go.error}
      onConfirm={run}
      onCancel={onClose}
    >
      <Alert
        type="info"
        showIcon
        title={
          <>
            {say('approval.agreedBy', { name: approval.decidedBy ?? '' })}{' '}
            {typeof summary.amountFen === 'number' ? (
              <Money fen={summary.amountFen} unit strong />
            ) : null}
          </>
        }
      />
      <Changes approval={approval} />
      {asksPassword ? (
        <ActForm>
          <Form.Item label={say('op.firstPassword')} htmlFor="resume-password">
            <Input.Password
              id="resume-password"
              value={password}
              autoComplete="new-password"
              onChange={(event) => setPassword(event.target.value)}
            />
          </Form.Item>
        </ActForm>
      ) : null}
    </Confirm>
  )
}

export const Resume = ({ approval, request }: AskedProps) => {
  const { say } = useText()
  const [open, setOpen] = useState(false)
  // The secret itself was never sent with what was asked: it is typed again where it belongs.
  if (request.operation === 'gateway.secret') return say('approval.typeAgain')
  return (
    <>
      <Button size="small" type="primary" data-testid="resume" onClick={() => setOpen(true)}>
        {say('approval.resume')}
      </Button>
      {open ? (
        <Dialog approval={approval} request={request} onClose={() => setOpen(false)} />
      ) : null}
    </>
  )
}
