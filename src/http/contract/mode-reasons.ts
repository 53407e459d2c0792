// Why a shop is kept on, cut off or released 保电、拉闸、恢复原因, as closed lists: what an operator
// chooses from for each mode, and what the centre says where nobody chose.

import { type Static, Type } from 'typebox'

const CODES = [
  'event',
  'vital-load',
  'fire-drill',
  'payment-promised',
  'meter-in-doubt',
  'works',
  'danger',
  'misuse',
  'vacant',
  'renovation',
  'works-done',
  'danger-removed',
  'event-over',
  'tenant-asked',
  'other',
] as const
/** `other` needs words of its own. */
export const ModeReasonCode = Type.Enum([...CODES])
export type ModeReasonCode = Static<typeof ModeReasonCode>

export const MODE_REASONS: Readonly<
  Record<'kept' | 'tripped' | 'prepaid', readonly ModeReasonCode[]>
> = {
  kept: [
    ...(['event', 'vital-load', 'fire-drill', 'payment-promised', 'meter-in-doubt'] as const),
    ...(['tenant-asked', 'other'] as const),
  ],
  tripped: ['works', 'danger', 'misuse', 'vacant', 'renovation', 'tenant-asked', 'other'],
  prepaid: ['works-done', 'danger-removed', 'event-over', 'tenant-asked', 'other'],
}

const CENTRE_CODES = [
  'swap',
  'swap-called-off',
  'account-opened',
  'account-closed',
  'closing-called-off',
  'arrears',
  'overload',
  'keep-ended',
  'money-came',
  'overload-over',
  'schedule',
  'policy.protected',
  'policy.noTrips',
  'policy.window',
  'policy.release',
] as const
export type CentreReasonCode = (typeof CENTRE_CODES)[number]

/** Whatever may stand before the colon of a mode's reason. */
export const MODE_REASON_CODES = [...CODES, ...CENTRE_CODES] as const
/** Words from elsewhere are a note of `other`. */
export const ModeReason = Type.Object({
  code: Type.Enum([...MODE_REASON_CODES]),
  note: Type.String(),
})
export type ModeReason = Static<typeof ModeReason>
