// Customer numbers 客户编号: 12 digits that a meter checks, and that are never used again.

import type { Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import { nextNumber } from '../work/counter.ts'

const DIGITS = 12

/** The complex in 4 digits and a running number in 8. */
export const newCustomerNo = async (tx: Tx, complex: ComplexId): Promise<string> => {
  const n = await nextNumber(tx, complex, 'customer')
  return `${complex.toString().padStart(4, '0')}${n.toString().padStart(8, '0')}`.slice(-DIGITS)
}
