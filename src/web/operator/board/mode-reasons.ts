// Why an operator orders a mode 控制原因, as it is chosen and typed. Pure.

import type { CommandRequest } from '../../../http/contract/commands.ts'
import type { MODE_REASONS, ModeReasonCode } from '../../../http/contract/mode-reasons.ts'

type Mode = keyof typeof MODE_REASONS

/** What may be chosen for each mode. */
export const REASONS_OFFERED = {
  kept: [
    'event',
    'vital-load',
    'fire-drill',
    'payment-promised',
    'meter-in-doubt',
    'tenant-asked',
    'other',
  ],
  tripped: ['works', 'danger', 'misuse', 'vacant', 'renovation', 'tenant-asked', 'other'],
  prepaid: ['works-done', 'danger-removed', 'event-over', 'tenant-asked', 'other'],
} as const satisfies typeof MODE_REASONS

export type ReasonGiven = { code: ModeReasonCode | null; words: string }
export const NO_REASON: ReasonGiven = { code: null, words: '' }

export type ReasonParams = Pick<CommandRequest['params'], 'reasonCode' | 'reason'>

/** Null where it must be said why and is not; words without a code are another reason. */
export const reasonParams = (
  mode: Mode | null,
  { code, words }: ReasonGiven,
): ReasonParams | null => {
  const reason = words.trim()
  const said = reason === '' ? {} : { reason }
  if (mode === null) return said
  // Going back to prepaid explains itself.
  if (code === null && reason === '') return mode === 'prepaid' ? {} : null
  const reasonCode = code ?? 'other'
  return reasonCode === 'other' && reason === '' ? null : { reasonCode, ...said }
}
