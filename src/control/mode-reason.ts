// Why an operator orders a mode 控制原因: a code of the mode's list and his words, kept as one text.

import type { CommandRequest } from '../http/contract/commands.ts'
import { MODE_REASONS } from '../http/contract/mode-reasons.ts'
import { reasonGiven, reasonText } from '../shared/reason-text.ts'
import { refuseIf } from '../shared/refusal.ts'

type Params = CommandRequest['params']

/**
 * The same order with its reason as it is kept; words without a code stay as they are.
 * Refuses: invalid_input (a code that is none of this mode), reason_needs_note.
 */
export const withReasonKept = (params: Params): Omit<Params, 'reasonCode'> => {
  const { reasonCode, ...order } = params
  if (reasonCode === undefined) return order
  const known = order.mode !== undefined && MODE_REASONS[order.mode].includes(reasonCode)
  refuseIf(!known, 'invalid_input', { field: 'params.reasonCode', code: reasonCode })
  return { ...order, reason: reasonText(reasonGiven(reasonCode, order.reason)) }
}
