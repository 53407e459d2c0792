// Reading the purchase record 购电记录 and the customer number 客户编号: the meter's own evidence
// of who loaded it and how often.

import { type Fen, fen } from '../../../../ledger/money.ts'
import { assert } from '../../../../shared/assert.ts'
import { badReply, NOT_FITTED } from '../../fault.ts'
import { answered, type Reply } from '../../request.ts'
import type { CalendarTime } from '../calendar.ts'
import { decodeTime } from '../calendar.ts'
import { bcdNumber, binaryNumber, digitsOf, isAbsent, isBlank } from '../digits.ts'
import type { Dlt645Request } from '../exchange.ts'
import { readContent } from './read.ts'

export type Purchase = {
  at: CalendarTime
  /** Purchase count after it, as wide as the record: it wraps where the model says. */
  count: number
  amountFen: Fen
  beforeFen: Fen
  afterFen: Fen
  /** All purchases so far. */
  cumulativeFen: Fen
}

/** How a meter writes the two-byte count of its records: makers differ. */
export type CountCode = 'bcd' | 'binary'

const RECORD_BYTES = 23
const RECORDS_MAX = 10
const MONEY_FROM = 7
const MONEY_BYTES = 4

const purchaseOf = (content: Buffer, countCode: CountCode): Reply<Purchase | null> => {
  if (content.length !== RECORD_BYTES) return badReply(content)
  if (isBlank(content)) return answered(null)
  const at = decodeTime('YYMMDDhhmm', content.subarray(0, 5))
  const countBytes = content.subarray(5, MONEY_FROM)
  const count = countCode === 'bcd' ? bcdNumber(countBytes) : binaryNumber(countBytes)
  const money = (i: number) => {
    const from = MONEY_FROM + i * MONEY_BYTES
    const amount = bcdNumber(content.subarray(from, from + MONEY_BYTES))
    return amount === 'malformed' ? null : fen(amount)
  }
  const [amountFen, beforeFen, afterFen, cumulativeFen] = [money(0), money(1), money(2), money(3)]
  if (at === null || count === 'malformed') return badReply(content)
  if (amountFen === null || beforeFen === null) return badReply(content)
  if (afterFen === null || cumulativeFen === null) return badReply(content)
  return answered({ at, count, amountFen, beforeFen, afterFen, cumulativeFen })
}

type ReadRecord = (
  address: string,
  back?: number,
  countCode?: CountCode,
) => Dlt645Request<Purchase | null>

const recordReader =
  (di: '0333' | '0334', what: 'purchase' | 'refund'): ReadRecord =>
  (address, back = 1, countCode = 'bcd') => {
    assert(back >= 1 && back <= RECORDS_MAX, `no ${what} record ${back}`)
    return readContent(address, {
      id: `${di}FF${back.toString(16).toUpperCase().padStart(2, '0')}`,
      contentMax: RECORD_BYTES,
      read: (content) => purchaseOf(content, countCode),
    })
  }

/** The purchase `back` purchases ago, 1 = the newest (0333FF01); null where there is none. */
export const readPurchase = recordReader('0333', 'purchase')

/** The same of refunds 退费 (0334FF01): what was taken out, and what there was before and after. */
export const readRefund = recordReader('0334', 'refund')

/** 12 digits (0400040E). */
export const readCustomerNo = (address: string): Dlt645Request<string> =>
  readContent(address, {
    id: '0400040E',
    contentMax: 6,
    read: (content) => {
      const digits = digitsOf(content)
      if (isAbsent(content)) return NOT_FITTED
      return /^\d{12}$/.test(digits) ? answered(digits) : badReply(content)
    },
  })
