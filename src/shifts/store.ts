// Shifts 班次: each clerk has a till of his own; the first sale of a clerk opens his shift by itself.

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId, OperatorId, Uuid } from '../shared/ids.ts'

/** The clerk's open shift; two first sales at once agree on one through the unique key. */
export const currentShift = async (
  tx: Tx,
  ids: Ids,
  complex: ComplexId,
  operator: OperatorId,
): Promise<Uuid> => {
  const find = () =>
    tx.query<{ id: Uuid }>(
      `select shift_id as id from shift
       where complex_id = $1 and operator_id = $2 and closed_at is null`,
      [complex, operator],
    )
  const open = (await find())[0]
  if (open) return open.id
  await tx.query(
    `insert into shift (complex_id, shift_id, operator_id, opened_at) values ($1, $2, $3, $4)
     on conflict (complex_id, operator_id) where closed_at is null do nothing`,
    [complex, ids.uuid(), operator, sqlTime(tx.now)],
  )
  return must((await find())[0], 'the shift is open').id
}
