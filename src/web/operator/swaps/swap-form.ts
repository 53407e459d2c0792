// What a swap asks of the server 换表申请. Pure: typed texts become whole fen and Wh, or nothing.

import type { ApprovalRequest } from '../../../http/contract/approvals.ts'
import type { SwapReasonCode, SwapRequest } from '../../../http/contract/swap.ts'
import { fenOf, whOf } from '../../ui/money-text.ts'

export type SwapFields = {
  newMeterId: number | null
  /** Taken down without another. */
  without: boolean
  state: 'alive' | 'dead'
  finalKwh: string
  remaining: string
  photoNote: string
  initialKwh: string
  reasonCode: SwapReasonCode | null
  note: string
}

export const SWAP_REASONS = [
  'calibration',
  'fault',
  'renovation',
  'upgrade',
  'vacated',
  'other',
] as const satisfies readonly SwapReasonCode[]

export const NO_SWAP: SwapFields = {
  newMeterId: null,
  without: false,
  state: 'alive',
  finalKwh: '',
  remaining: '',
  photoNote: '',
  initialKwh: '0',
  reasonCode: null,
  note: '',
}

/** The old meter as it is entered; null where something is missing or no figure. */
const oldMeterOf = (fields: SwapFields): SwapRequest['oldMeter'] | null => {
  const finalWh = whOf(fields.finalKwh)
  if (fields.state === 'alive') {
    if (fields.finalKwh.trim() === '') return { state: 'alive' }
    return finalWh === null ? null : { state: 'alive', finalWh }
  }
  const photoNote = fields.photoNote.trim()
  if (finalWh === null || photoNote === '') return null
  if (fields.remaining.trim() === '') return { state: 'dead', finalWh, photoNote }
  const remainingFen = fenOf(fields.remaining)
  return remainingFen === null ? null : { state: 'dead', finalWh, remainingFen, photoNote }
}

export const swapRequestOf = (fields: SwapFields): SwapRequest | null => {
  const newMeterId = fields.without ? null : fields.newMeterId
  const oldMeter = oldMeterOf(fields)
  const newInitialWh = fields.without ? 0 : whOf(fields.initialKwh)
  const { reasonCode } = fields
  const note = fields.note.trim()
  if (
    (newMeterId === null && !fields.without) ||
    oldMeter === null ||
    newInitialWh === null ||
    reasonCode === null ||
    (reasonCode === 'other' && note === '')
  )
    return null
  return { newMeterId, oldMeter, newInitialWh, reasonCode, ...(note === '' ? {} : { note }) }
}

/** The agreement of a second person goes with the dead meter. */
export const withApproval = (request: SwapRequest, approvalId: string): SwapRequest =>
  request.oldMeter.state === 'dead'
    ? { ...request, oldMeter: { ...request.oldMeter, approvalId } }
    : request

/** What the second person is asked to agree to: what a dead meter is said to have held. */
export const claimOf = (
  pointId: number,
  request: SwapRequest,
  claimFen: number | null,
): ApprovalRequest => ({
  operation: 'meter.swap',
  pointId,
  ...(request.newMeterId === null ? {} : { newMeterId: request.newMeterId }),
  ...(request.oldMeter.finalWh === undefined ? {} : { finalWh: request.oldMeter.finalWh }),
  ...(claimFen === null ? {} : { amountFen: claimFen }),
  newInitialWh: request.newInitialWh,
  note: (request.oldMeter.state === 'dead'
    ? request.oldMeter.photoNote
    : (request.note ?? '')
  ).slice(0, 200),
})
