// What the centre said during the tests of a file, for the report of what failed.

import { readFileSync } from 'node:fs'
import { centreLog } from '../../test/setup/centre-log.ts'

/** The log of the centre that a file of tests has started last; empty where it started none. */
export const logOf = (path: string): string => {
  try {
    return readFileSync(centreLog(path), 'utf8')
  } catch {
    // Most files of tests start no centre.
    return ''
  }
}
