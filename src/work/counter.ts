// Numbers without gaps 编号: the counter's row lock lasts to the commit, a roll-back gives it back.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'

/**
 * As SQL for a statement that goes on with them: so many more of each series, and the last value of
 * each. `wanted` is a table of complex_id, name and how_many; the series are locked in its order.
 */
export const nextValues = (wanted: string): string =>
  `insert into counter (complex_id, name, value) ${wanted}
   on conflict (complex_id, name) do update set value = counter.value + excluded.value
   returning complex_id, name, value`

const NEXT = nextValues('values ($1::integer, $2::text, $3::bigint)')

/** So many more numbers of a series, in their order. */
export const nextNumbers = async (
  tx: Tx,
  complex: ComplexId,
  name: string,
  howMany: number,
): Promise<number[]> => {
  if (howMany === 0) return []
  const rows = await tx.query<{ value: number }>(NEXT, [complex, name, howMany], 'kept')
  const last = must(rows[0], 'the counter answers').value
  return Array.from({ length: howMany }, (_, at) => last - howMany + 1 + at)
}

export const nextNumber = async (tx: Tx, complex: ComplexId, name: string): Promise<number> =>
  must((await nextNumbers(tx, complex, name, 1))[0], 'one was asked for')
