// Waiting for a second person 等待复核: what is needed and why, the asking, and what was decided. Once
// agreed, the act goes on by itself as long as it is on the screen.

import { Alert, Button } from 'antd'
import { useEffect } from 'react'
import type { ApprovalNeed, ApprovalRequest } from '../../../http/contract/payouts.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { ProblemAlert, problemOf } from '../../ui/problem.tsx'
import { useApproval, useAskApproval } from './approval-data.ts'

const isFen = (value: unknown): value is number => typeof value === 'number'

/** What a refusal or a dry run says of the agreement that is missing; null where none is. */
export const needIn = (error: unknown): ApprovalNeed | null => {
  if (!error) return null
  const { code, facts } = problemOf(error)
  if (code !== 'approval_required') return null
  return {
    why: facts.why === 'shift' ? 'shift' : 'limit',
    amountFen: isFen(facts.amountFen) ? facts.amountFen : 0,
    limitFen: isFen(facts.limitFen) ? facts.limitFen : null,
  }
}

type Need = { why: string; amountFen: number; limitFen: number | null }

const Why = ({ need }: { need: Need }) => {
  const { say } = useText()
  return (
    <>
      {say(need.why === 'shift' ? 'approval.why.shift' : 'approval.why.limit')}{' '}
      {need.limitFen === null ? null : (
        <>
          <Money fen={need.amountFen} unit /> &gt; <Money fen={need.limitFen} unit />
        </>
      )}
    </>
  )
}

type WaitingProps = {
  complexId: number
  need: Need
  request: ApprovalRequest
  /** Called once with what was agreed to. */
  onAgreed: (approvalId: string) => void
}

export const Waiting = ({ complexId, need, request, onAgreed }: WaitingProps) => {
  const { say } = useText()
  const ask = useAskApproval()
  const asked = ask.data ?? null
  const { data: approval } = useApproval(complexId, asked?.approvalId ?? null)
  const agreedId = approval?.state === 'agreed' ? approval.approvalId : null
  useEffect(() => {
    if (agreedId !== null) onAgreed(agreedId)
  }, [agreedId, onAgreed])
  if (asked === null) {
    return (
      <>
        <Alert
          type="warning"
          showIcon
          title={say('approval.needed')}
          description={<Why need={need} />}
          action={
            <Button
              type="primary"
              data-testid="ask-approval"
              loading={ask.isPending}
              onClick={() => ask.mutate(request)}
            >
              {say('approval.ask')}
            </Button>
          }
        />
        {ask.error ? <ProblemAlert error={ask.error} /> : null}
      </>
    )
  }
  if (approval && approval.state !== 'open' && approval.state !== 'agreed') {
    return (
      <Alert
        type="error"
        showIcon
        title={say(`approvalState.${approval.state}`)}
        description={
          <>
            <Name>{approval.decidedBy ?? ''}</Name> <Name>{approval.note}</Name>
          </>
        }
      />
    )
  }
  return (
    <Alert
      type="info"
      showIcon
      role="status"
      title={say(agreedId === null ? 'approval.waiting' : 'approvalState.agreed')}
      description={
        <>
          {say('approval.until')} <When at={asked.expiresAt} />
        </>
      }
    />
  )
}
