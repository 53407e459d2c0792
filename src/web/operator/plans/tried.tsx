// An act on plans that is tried first 先试后做: what it would do is shown, and done only from there.

import { Button } from 'antd'
import type { ReactNode } from 'react'
import type { ApprovalRequest } from '../../../http/contract/approvals.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { AskSecond, isAsked, otherError } from '../approvals/ask-second.tsx'

type TriedProps<Answer> = {
  title: string
  confirmText: string
  widthPx: number
  danger?: boolean
  /** Whether everything that is needed has been entered. */
  ready: boolean
  dry: { data: Answer | undefined; error: unknown; isPending: boolean; reset: () => void }
  act: { error: unknown; isPending: boolean; reset: () => void }
  /** What a second person may have to agree to, and what follows once it is done. */
  asks: { request: Omit<ApprovalRequest, 'complexId'>; onDone: () => void }
  /** Whether there is anything to do, by what was tried. */
  does?: (answer: Answer) => boolean
  onTry: () => void
  onDo: () => void
  children: (answer: Answer) => ReactNode
}

export const Tried = <Answer,>(tried: TriedProps<Answer>) => {
  const { say } = useText()
  const { ready, dry, act, does = () => true } = tried
  const answer = dry.data
  return (
    <>
      {dry.error ? <ProblemAlert error={dry.error} /> : null}
      <Button type="primary" disabled={!ready} loading={dry.isPending} onClick={tried.onTry}>
        {say('plan.try')}
      </Button>
      <Confirm
        open={answer !== undefined}
        title={tried.title}
        confirmText={tried.confirmText}
        widthPx={tried.widthPx}
        danger={tried.danger}
        allowed={ready && answer !== undefined && does(answer) && !isAsked(act.error)}
        busy={act.isPending}
        error={otherError(act.error)}
        onConfirm={() => act.isPending || tried.onDo()}
        onCancel={() => {
          dry.reset()
          act.reset()
        }}
      >
        {answer === undefined ? null : tried.children(answer)}
        <AskSecond error={act.error} {...tried.asks} />
      </Confirm>
    </>
  )
}
