// Taking out of the registers what was entered wrongly 删除误录: what anything else hangs on stays.

import type { Tx } from '../ports/database.ts'
import { type Facts, Refusal, type RefusalCode } from '../shared/refusal.ts'

const STILL_NAMED = '23503'

/**
 * Runs a `delete`. Refuses with `code` where a row of another table still names what it takes away:
 * the database knows all of those tables, also of rooms that come later.
 */
export const removeRow = async (
  tx: Tx,
  sql: string,
  params: readonly unknown[],
  code: RefusalCode,
  facts: Facts = {},
): Promise<void> => {
  try {
    await tx.query(sql, params)
  } catch (error) {
    const named = error instanceof Error && 'code' in error && error.code === STILL_NAMED
    throw named ? new Refusal(code, facts) : error
  }
}
