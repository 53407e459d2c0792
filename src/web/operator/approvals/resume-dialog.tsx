// Going on with what was agreed to 继续办理, after the dialog that asked was closed.

import { useMutation } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import type { Approval, ApprovalRequest } from '../../../http/contract/approvals.ts'
import type { Command } from '../../../http/contract/commands.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Money } from '../../ui/money.tsx'
import { useAct } from '../api/act.ts'
import { call, newRequestId } from '../api/client.ts'
import { Changes } from './changes.tsx'
import { type Resumed, resumedOf } from './resume.ts'

const RENEWS = [
  ...[['approvals'], ['sales'], ['payouts'], ['reductions'], ['swaps'], ['account'], ['life']],
  ...[['plans'], ['plan'], ['priceCap'], ['operators'], ['roles'], ['limits'], ['approvalRules']],
  ...[['batches'], ['board'], ['gateways']],
]

/** A new selection of the same meters; its token goes with the act. */
const selectedAnew = async ({ path, body }: Resumed): Promise<Record<string, unknown>> => {
  const { approvalId: _, ...order } = body
  const asked = { method: 'POST' as const, requestId: newRequestId() }
  const { selection } = await call<Command>(path, { ...asked, body: { ...order, dryRun: true } })
  return { ...body, token: selection?.token }
}

type AskedProps = { approval: Approval; request: ApprovalRequest }

const Dialog = ({ approval, request, onClose }: AskedProps & { onClose: () => void }) => {
  const { say, language } = useText()
  const resumed = resumedOf(request, approval.approvalId)
  const { path, method } = resumed
  const act = useAct<Readonly<Record<string, unknown>>, unknown>(path, {
    ...(method && { method }),
    renews: RENEWS,
  })
  const go = useMutation({
    mutationFn: async () =>
      act.mutateAsync(resumed.select ? await selectedAnew(resumed) : resumed.body),
    onSuccess: onClose,
  })
  const { summary } = approval
  return (
    <Confirm
      open
      title={`${say('approval.resume')} ${approval.title[language]}`}
      confirmText={say('approval.resume')}
      danger
      allowed
      busy={go.isPending}
      error={go.error}
      onConfirm={() => {
        if (!go.isPending) go.mutate()
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
      <Changes approval={approval} />
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
