// Texts of the hold desk.

import type { holds as source } from '../zh/holds.ts'

export const holds = {
  'hold.go': 'Look into the hold',
  'hold.lead':
    'Meters that do not agree with the books. Nothing is delivered to them until released.',
  'hold.none': 'No meter is held: meters and books agree',
  'hold.noneHere': 'This meter is not held; it may have been released',
  'hold.all': 'All held meters ({{n}})',
  'hold.since': 'Held since',
  'hold.purchase': 'The sale on hold',
  'hold.item': 'Item',
  'hold.expected': 'Expected by the books',
  'hold.read': 'Read from the meter',
  'hold.verdict': 'Verdict',
  'hold.fits': 'Fits',
  'hold.differs': 'Differs',
  'hold.bound.is': 'exactly',
  'hold.bound.most': 'at most',
  'hold.bound.least': 'at least',
  'hold.record': 'Purchase record',
  'hold.refund': 'Refund record',
  'hold.recordNo': 'No. {{n}}',
  'hold.noRecord': 'Not read',
  'hold.sinceCertain': 'Balance read, less the balance last known for certain',
  'hold.used': 'Energy used in between',
  'hold.mayNot': 'You may not release a hold; ask a manager',
  'hold.release': 'Release',
  'hold.releaseSure': 'Click again to release',
  'hold.resolution': 'What has happened',
  'hold.difference': 'Difference (yuan)',
  'hold.differenceHint':
    'What the meter holds beyond the books: negative if it holds less, 0 if they agree.',
  'hold.why': 'Reason (required, kept in the audit record)',
  'hold.sure':
    'Deliveries to this meter go on, and this cannot be undone. Click again if it is right.',
  'resolution.ours': 'It was our recharge',
  'resolution.why.ours':
    'The count proves that the sale on hold is in the meter: marked delivered, not sent again.',
  'resolution.foreign': 'Somebody else loaded or took money',
  'resolution.why.foreign':
    'The difference is booked as meter against books; a sale on hold is delivered again.',
  'resolution.newEpoch': 'The meter was reset or replaced',
  'resolution.why.newEpoch':
    'It counts anew: a new customer number, opened again, and waiting sales follow.',
  'hold.differenceFilled':
    'Filled in: balance read less the last certain one. Add the price of what was used since.',
  'resolution.when.ours': 'Only where a sale is on hold.',
  'resolution.when.foreign': 'Deliveries go on from the count that the meter shows now.',
  'resolution.when.newEpoch':
    'Only where the count went back, the customer number is not ours, or it is not opened.',
} satisfies Record<keyof typeof source, string>
