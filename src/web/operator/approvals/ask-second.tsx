// In place of an error that says that a second person has to agree 待复核: the asking, the waiting,
// and then the act itself, as long as its dialog is open.

import type { ApprovalRequest } from '../../../http/contract/approvals.ts'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { useCarryOut } from './carry-out.ts'
import { needIn, Waiting } from './waiting.tsx'

/** What is wrong but for the agreement. */
export const otherError = (error: unknown): unknown => (needIn(error) === null ? error : null)

type AskSecondProps = {
  error: unknown
  request: Omit<ApprovalRequest, 'complexId'>
  /** The body with what is not kept with what is asked, such as a password. */
  body?: Readonly<Record<string, unknown>>
  onDone: () => void
}

export const AskSecond = ({ error, request, body, onDone }: AskSecondProps) => {
  const { complexId } = useComplex()
  const go = useCarryOut()
  const need = needIn(error)
  if (need === null) return null
  const asked = { ...request, complexId }
  const whole = body === undefined ? asked : { ...asked, body: { ...body } }
  return (
    <>
      <Waiting
        complexId={complexId}
        need={need}
        request={asked}
        onAgreed={(approvalId) => go.mutate({ request: whole, approvalId }, { onSuccess: onDone })}
      />
      {go.error ? <ProblemAlert error={go.error} /> : null}
    </>
  )
}
