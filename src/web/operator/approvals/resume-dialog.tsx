// Going on with what was agreed to 继续办理, after the dialog that asked was closed.

import { Alert, Button } from 'antd'
import { useState } from 'react'
import type { Approval, ApprovalRequest } from '../../../http/contract/payouts.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Money } from '../../ui/money.tsx'
import { useAct } from '../api/act.ts'
import { resumedOf } from './resume.ts'

const RENEWS = [
  ['approvals'],
  ['sales'],
  ['payouts'],
  ['reductions'],
  ['swaps'],
  ['account'],
  ['life'],
] as const

type AskedProps = { approval: Approval; request: ApprovalRequest }

const Dialog = ({ approval, request, onClose }: AskedProps & { onClose: () => void }) => {
  const { say, language } = useText()
  const { path, body } = resumedOf(request, approval.approvalId)
  const act = useAct<typeof body, unknown>(path, { renews: RENEWS })
  const { summary } = approval
  return (
    <Confirm
      open
      title={`${say('approval.resume')} ${approval.title[language]}`}
      confirmText={say('approval.resume')}
      danger
      allowed
      busy={act.isPending}
      error={act.error}
      onConfirm={() => {
        if (!act.isPending) act.mutate(body, { onSuccess: onClose })
      }}
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
    </Confirm>
  )
}

export const Resume = ({ approval, request }: AskedProps) => {
  const { say } = useText()
  const [open, setOpen] = useState(false)
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
