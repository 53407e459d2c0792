// Numbers without gaps 编号: the counter's row lock lasts to the commit, a roll-back gives it back.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'

/** As SQL of one row and the column `value`, for a statement that goes on with it. */
export const nextValue = (complex: string, name: string): string =>
  `insert into counter (complex_id, name, value) values (${complex}, ${name}, 1)
   on conflict (complex_id, name) do update set value = counter.value + 1 returning value`

const NEXT = nextValue('$1', '$2')

export const nextNumber = async (tx: Tx, complex: ComplexId, name: string): Promise<number> => {
  const rows = await tx.query<{ value: number }>(NEXT, [complex, name], 'kept')
  return must(rows[0], 'the counter answers').value
}
