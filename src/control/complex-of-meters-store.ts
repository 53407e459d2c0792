// Which complex the meters of a command belong to 所属综合体; row-level security hides the others.

import type { Tx } from '../ports/database.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'

/** The complexes of those meters that the scope may see, without repeats. */
export const complexesOfMeters = async (
  tx: Tx,
  meters: readonly MeterId[],
  within: number | null,
): Promise<ComplexId[]> => {
  const rows = await tx.query<{ id: ComplexId }>(
    `select c.complex_id as id from complex c
     where ($2::integer is null or c.complex_id = $2)
       and exists (select from meter m where m.complex_id = c.complex_id and m.meter_id = any ($1))
     order by c.complex_id`,
    [meters, within],
  )
  return rows.map((row) => row.id)
}
