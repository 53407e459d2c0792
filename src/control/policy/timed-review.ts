// Carrying timed schedules out 分时控制巡检: what is not as its schedule says now is ordered, by commands
// like any other; what was missed while the centre was down is not replayed.

import type { Tx } from '../../ports/database.ts'
import type { Instant } from '../../shared/clock.ts'
import type { ComplexId } from '../../shared/ids.ts'
import { type ControlDeps, queueCommands } from '../commands.ts'
import { KINDS } from '../kinds.ts'
import { tripRoom } from './interlock-pass.ts'
import {
  decideTimed,
  SCHEDULE_REASON,
  type TimedDecision,
  type TimedState,
  timedAt,
} from './timed.ts'
import { schedulesIn, type TimedPoint, timedPoints } from './timed-store.ts'
import { placeOf } from './world.ts'

export type TimedNow = TimedPoint & { state: TimedState; decision: TimedDecision }

/** Without a schedule, or with one that is off, a circuit is on. */
const ALWAYS_ON: TimedState = { on: true, since: null, next: null }

/** Each circuit with the state its schedule wants now, and what is to be done. */
export const timedNow = async (
  tx: Tx,
  deps: Pick<ControlDeps, 'capabilitiesOf'>,
  complexId: ComplexId,
): Promise<TimedNow[]> => {
  const points = await timedPoints(tx, complexId)
  if (points.length === 0) return []
  const place = await placeOf(tx, complexId)
  const states = new Map<number | null, TimedState>()
  for (const { scheduleId, week, holiday, enabled } of await schedulesIn(tx, complexId))
    if (enabled) states.set(scheduleId, timedAt({ week, holiday }, place, tx.now))
  return points.map((point) => {
    const state = states.get(point.scheduleId) ?? ALWAYS_ON
    const canTrip = deps.capabilitiesOf(point.model)?.relay.trip === true
    return { ...point, state, decision: decideTimed({ ...point, canTrip }, state) }
  })
}

/** A silent meter that comes back after the next switch is not switched by the one before. */
const lifeMs = ({ next }: TimedState, now: Instant): number =>
  Math.min(KINDS.setMode.lifeMs, next === null ? KINDS.setMode.lifeMs : next - now)

/** One look at one complex; returns how many orders it made. */
export const reviewTimed = async (
  tx: Tx,
  deps: ControlDeps,
  complexId: ComplexId,
): Promise<number> => {
  const due = (await timedNow(tx, deps, complexId)).filter(
    ({ decision }) => decision.intent !== 'nothing',
  )
  if (due.length === 0) return 0
  const closing = due.filter(({ decision }) => decision.intent === 'close')
  const { left, stopped } = await tripRoom(tx, complexId)
  const room = stopped ? 0 : left
  const tripping = due.filter(({ decision }) => decision.intent === 'trip').slice(0, room)
  for (const { meterId, decision, state } of [...closing, ...tripping])
    await queueCommands(tx, deps, {
      requestId: `timed/${deps.ids.uuid()}`,
      ...{ complexId, kind: 'setMode', meterIds: [meterId], cause: 'schedule' },
      lifeMs: lifeMs(state, tx.now),
      params: {
        mode: decision.intent === 'trip' ? 'tripped' : 'prepaid',
        reason: SCHEDULE_REASON,
      },
    })
  return closing.length + tripping.length
}
