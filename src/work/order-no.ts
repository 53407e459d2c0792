// Order numbers that meters keep as their evidence 减额订单号: the complex in 4 digits, a running number
// in 12; never used again.

import type { Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import { nextNumber } from './counter.ts'

const COMPLEX_DIGITS = 4
const RUNNING_DIGITS = 12

export const newOrderNo = async (tx: Tx, complex: ComplexId): Promise<string> => {
  const n = await nextNumber(tx, complex, 'reduction')
  const first = complex.toString().padStart(COMPLEX_DIGITS, '0').slice(-COMPLEX_DIGITS)
  return `${first}${n.toString().padStart(RUNNING_DIGITS, '0')}`
}
