// Waiting for a second person 等待复核: what is needed and why, the asking, and what was decided. Once
// agreed, the act goes on by itself as long as it is on the screen.

import { Alert, Button, Input } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { ApprovalNeed } from '../../../http/contract/approval-need.ts'
import type { ApprovalRequest } from '../../../http/contract/approvals.ts'
import { hasText, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { ProblemAlert, problemOf } from '../../ui/problem.tsx'
import { useApproval, useAskApproval } from './approval-data.ts'

const WHYS = [
  ...(['limit', 'shift', 'always', 'hours', 'points', 'meters', 'percent'] as const),
  ...(['backdated', 'priceCap', 'rights', 'keys', 'loosened'] as const),
] satisfies ApprovalNeed['why'][]

const isWhole = (value: unknown): value is number => typeof value === 'number'

/** What a refusal or a dry run says of the agreement that is missing; null where none is. */
export const needIn = (error: unknown): ApprovalNeed | null => {
  if (!error) return null
  const { code, facts } = problemOf(error)
  if (code !== 'approval_required') return null
  const { why, amountFen, limitFen, count, countLimit } = facts
  return {
    why: WHYS.find((known) => known === why) ?? 'limit',
    amountFen: isWhole(amountFen) ? amountFen : null,
    limitFen: isWhole(limitFen) ? limitFen : null,
    ...(isWhole(count) && { count }),
    ...(isWhole(countLimit) && { countLimit }),
  }
}

/** A sale tells its own in the same words. */
type Need = Omit<ApprovalNeed, 'why'> & { why: string }

const Why = ({ need }: { need: Need }) => {
  const { say } = useText()
  const { why, count, countLimit } = need
  const key = `approval.why.${why}`
  return (
    <>
      {say(hasText(key) ? key : 'approval.why.limit')}{' '}
      {countLimit === undefined ? null : (
        <>
          {count ?? say('approval.noEnd')} &gt; {countLimit}
        </>
      )}
      {need.limitFen === null ? null : (
        <>
          <Money fen={need.amountFen} unit /> &gt; <Money fen={need.limitFen} unit />
        </>
      )}
    </>
  )
}

/** Acts of money have their own reason; of the others the asker says why. */
const AskFor = ({
  need,
  request,
  ask,
}: Pick<WaitingProps, 'need' | 'request'> & { ask: ReturnType<typeof useAskApproval> }) => {
  const { say } = useText()
  const [note, setNote] = useState('')
  const hasOwnNote = need.amountFen !== null
  const why = note.trim()
  return (
    <>
      <Alert
        type="warning"
        showIcon
        title={say('approval.needed')}
        description={
          <>
            <Why need={need} />
            {hasOwnNote ? null : (
              <Input
                id="approval-why"
                aria-label={say('approval.askWhy')}
                placeholder={say('approval.askWhy')}
                maxLength={200}
                autoFocus
                value={note}
                onChange={(event) => setNote(event.target.value)}
              />
            )}
          </>
        }
        action={
          <Button
            type="primary"
            data-testid="ask-approval"
            loading={ask.isPending}
            disabled={!hasOwnNote && why === ''}
            onClick={() => ask.mutate(hasOwnNote ? request : { ...request, note: why })}
          >
            {say('approval.ask')}
          </Button>
        }
      />
      {ask.error ? <ProblemAlert error={ask.error} /> : null}
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
  const told = useRef<string | null>(null)
  const asked = ask.data ?? null
  const { data: approval } = useApproval(complexId, asked?.approvalId ?? null)
  const agreedId = approval?.state === 'agreed' ? approval.approvalId : null
  useEffect(() => {
    if (agreedId === null || told.current === agreedId) return
    told.current = agreedId
    onAgreed(agreedId)
  }, [agreedId, onAgreed])
  if (asked === null) return <AskFor need={need} request={request} ask={ask} />
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
