// In place of an error that says that a second person has to agree 待复核: the asking, the waiting,
// and then the act itself, as long as its dialog is open.

import type { ApprovalRequest } from '../../../http/contract/approvals.ts'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { useCarryOut } from './carry-out.ts'
import { needIn, Waiting } from './waiting.tsx'

/** Somebody else is being asked: the act goes on by itself, or its dialog is closed. */
export const isAsked = (error: unknown): boolean => needIn(error) !== null

/** What is wrong but for the agreement. */
export const otherError = (error: unknown): unknown => (isAsked(error) ? null : error)

/** For the fields of a dialog: something else than what was asked, and the asking is over. */
export const unasked =
  <T,>(act: { error: unknown; reset: () => void }, put: (typed: T) => void) =>
  (typed: T): void => {
    if (isAsked(act.error)) act.reset()
    put(typed)
  }

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
