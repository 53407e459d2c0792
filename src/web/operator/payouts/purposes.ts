// What money was paid back for 退款类型, in the order of the filter.

import type { PayoutPurpose } from '../../../http/contract/payouts.ts'

export const PAYOUT_PURPOSES = [
  'refund',
  'reversal',
  'close',
  'deposit',
] as const satisfies readonly PayoutPurpose[]
