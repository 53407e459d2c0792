// What an editor had before his eyes 编辑时所见: a change is refused where somebody else has changed one
// of those fields meanwhile, instead of being written over his.

import { isDeepStrictEqual } from 'node:util'
import { refuseIf } from '../shared/refusal.ts'

type Fields = Readonly<Record<string, unknown>>

/** `seen`: by field as it was shown; left out, nothing is compared. Refuses: changed_meanwhile. */
export const refuseStale = (now: Fields, seen: Fields = {}): void => {
  for (const [field, value] of Object.entries(seen))
    refuseIf(!isDeepStrictEqual(now[field], value), 'changed_meanwhile', { field })
}
