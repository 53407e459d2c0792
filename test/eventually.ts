// Waiting for what must come 等到条件成立: the one way in which tests wait for something real. The limit
// is for what never comes; a busy machine only takes longer.

import { setTimeout as pause } from 'node:timers/promises'

const WITHIN_MS = 60_000
const LOOK_EVERY_MS = 10

/** Looks until it holds; throws with what was waited for where it never does. */
export const eventually = async (
  holds: () => boolean | Promise<boolean>,
  what = String(holds),
): Promise<void> => {
  const giveUpAt = performance.now() + WITHIN_MS
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${WITHIN_MS} ms: ${what}`)
    await pause(LOOK_EVERY_MS)
  }
}
