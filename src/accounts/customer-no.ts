// Customer numbers 客户编号: 12 digits that a meter checks, and that are never used again.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'
import { nextNumbers } from '../work/counter.ts'

const DIGITS = 12

/** The complex in 4 digits and a running number in 8. */
export const newCustomerNos = async (
  tx: Tx,
  complex: ComplexId,
  howMany: number,
): Promise<string[]> => {
  const numbers = await nextNumbers(tx, complex, 'customer', howMany)
  const place = complex.toString().padStart(4, '0')
  return numbers.map((n) => `${place}${n.toString().padStart(8, '0')}`.slice(-DIGITS))
}

export const newCustomerNo = async (tx: Tx, complex: ComplexId): Promise<string> =>
  must((await newCustomerNos(tx, complex, 1))[0], 'one was asked for')
