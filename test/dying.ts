// A centre that dies at any use of its database 崩溃模拟: at its first use, at its second, and so on,
// and is asked again each time.

import { Crash, fusedDb, type Strike } from '../src/delivery/explorer/delivery-bench.ts'
import { CommitUnknown, type Db } from '../src/ports/database.ts'

type Run = (db: Db) => Promise<unknown>

/** Runs on a database that strikes at its n-th use; false where it was never used so often. */
export const struckAt = async (db: Db, strike: Strike, nth: number, run: Run): Promise<boolean> => {
  const fuse = { left: nth, strike, blown: false }
  await run(fusedDb(db, fuse)).catch((error: unknown) => {
    if (!(error instanceof Crash || error instanceof CommitUnknown)) throw error
  })
  return fuse.blown
}

/** Struck at each use, one after another, until it gets through. */
export const dyingAtEach = async (db: Db, strike: Strike, run: Run): Promise<void> => {
  for (let nth = 1; await struckAt(db, strike, nth, run); ) nth++
}
