// Order numbers that meters keep as their evidence 减额订单号: the complex in 4 digits, a running number
// in 12; never used again.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'
import { nextNumbers } from './counter.ts'

const COMPLEX_DIGITS = 4
const RUNNING_DIGITS = 12

export const newOrderNos = async (
  tx: Tx,
  complex: ComplexId,
  howMany: number,
): Promise<string[]> => {
  const first = complex.toString().padStart(COMPLEX_DIGITS, '0').slice(-COMPLEX_DIGITS)
  const numbers = await nextNumbers(tx, complex, 'reduction', howMany)
  return numbers.map((n) => `${first}${n.toString().padStart(RUNNING_DIGITS, '0')}`)
}

export const newOrderNo = async (tx: Tx, complex: ComplexId): Promise<string> =>
  must((await newOrderNos(tx, complex, 1))[0], 'one was asked for')
