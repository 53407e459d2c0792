// Setting a clock 校时: a meter takes whole seconds, so the time is sent such that it is right when
// it arrives.

import type { Clock } from '../../ports/clock.ts'
import { type Instant, instant, plusMs } from '../../shared/clock.ts'
import type { Outcome, WriteAnswer } from '../driver.ts'
import { fault } from './asking.ts'

const SECOND_MS = 1_000
/** Between waking up and the first byte on the line. */
const READY_MS = 20
/** A bus that is busy at the second is not forced: the next second is tried. */
const LATE_MS = 250
const TRIES = 5
/** Longer than any frame with a time needs to arrive. */
const TRAVEL_MAX_MS = 500

/**
 * `travelMs`: how long the order needs until the meter has read it, about half a round trip.
 * `write` sends a moment unless it is late already (monotonic ms).
 */
export const onTheSecond = async (
  clock: Clock,
  travelMs: number,
  write: (moment: Instant, sendBefore: number) => Promise<Outcome<WriteAnswer>>,
): Promise<Outcome<WriteAnswer>> => {
  const lead = Math.min(Math.max(travelMs, 0), TRAVEL_MAX_MS)
  for (let tried = 0; tried < TRIES; tried++) {
    const earliest = plusMs(clock.now(), lead + READY_MS)
    const moment = instant(Math.ceil(earliest / SECOND_MS) * SECOND_MS)
    await clock.sleep(moment - lead - clock.now())
    const answer = await write(moment, clock.mono() + LATE_MS)
    if (answer.ok || answer.reason !== 'deadline-passed') return answer
  }
  return fault('timeout', 'the bus was never free on the second', true)
}
