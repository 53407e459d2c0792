// Why something at a meter did not work, by the codes of the server.

import type { reasons as source } from '../zh/reasons.ts'

export const reasons = {
  'reason.gateway-offline': 'gateway offline',
  'reason.silent': 'connected, but no meter behind it answers',
  'reason.timeout': 'the meter does not answer',
  'reason.bad-reply': 'a reply that makes no sense',
  'reason.refused-by-meter': 'refused by the meter',
  'reason.not-supported': 'not supported by the model',
  'reason.deadline-passed': 'its deadline has passed',
  'reason.stopped': 'the system is stopping',
  'reason.not-served-here': 'the gateway is not served yet',
  'reason.count-ahead':
    'the purchase count is ahead of the books: somebody else may have loaded it',
  'reason.count-behind': 'the purchase count is behind the books: reset or replaced?',
  'reason.money-mismatch': 'the count fits, the money does not',
  'reason.record-mismatch': 'the count fits, the purchase record does not',
  'reason.money-without-count': 'the money rose and the count did not move',
  'reason.balance-above': 'more money than the books have delivered',
  'reason.balance-below': 'less money than the dearest use explains',
  'reason.customer-number': 'the customer number in the meter is not ours',
  'reason.not-opened': 'the meter says that it is not opened',
  'reason.no-replay-guard': 'the model does not refuse a repeat: sent once, not seen to arrive',
  'reason.not-taken': 'sent, and not yet taken by the meter',
  'reason.cancelledByOperator': 'cancelled by an operator',
  'reason.deadlinePassed': 'its deadline passed before it was carried out',
  'reason.noAnswer': 'the meter does not answer',
  'reason.noMode': 'no control mode was named',
  'reason.notServed': 'the gateway is not served yet',
  'reason.outcomeUnknown': 'the outcome is unknown: read the meter now',
  'reason.refusedByMeter': 'the meter refused',
  'reason.superseded': 'replaced by a later command',
} satisfies Record<keyof typeof source, string>
