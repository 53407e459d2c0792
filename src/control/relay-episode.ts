// Why a relay stands as it does 继电器状态段: a guess from what is known, pure. The cause decides what
// may close the relay again: an operator's trip only after an operator's release (INV-22).

import type { Relay } from '../metering/driver.ts'
import { never } from '../shared/assert.ts'
import type { ControlMode } from './mode.ts'

export type RelayCause =
  /** Ordered by a person, or by the centre for him. */
  | 'operator'
  /** An operator has released his trip, the money does not suffice yet. */
  | 'released'
  | 'arrears'
  /** Some meters trip at the second alarm amount with money left. */
  | 'warning'
  /** More was drawn than is allowed: by the meter or the power policy. */
  | 'overload'
  /** Closed again by the power policy after an overload. */
  | 'recovery'
  /** By the hours of a timed circuit, off or on. */
  | 'schedule'
  | 'notOpened'
  /** Closed by the meter after money came. */
  | 'recharge'
  | 'unknown'

export type RelaySight = {
  relay: Relay
  /** What the relay stood at before, null when it is seen for the first time. */
  before: { relay: Relay; cause: RelayCause } | null
  mode: ControlMode
  /** An order of ours to trip is under way. */
  tripSent: boolean
  /** It is ordered and nothing has left yet: whatever trips now is not ours. */
  tripWaits: boolean
  /** The mode is a timed circuit's. */
  timed: boolean
  /** More than allowed was drawn when it was last read. */
  overdrawn: boolean
  /** Null for a meter that holds no money. */
  money: { opened: boolean; balanceFen: number } | null
  /** The supply's limits, null without a supply. */
  limits: { overdraftFen: number; alarm2Fen: number } | null
}

const hasMoney = ({ money, limits }: RelaySight): boolean =>
  limits !== null && money?.opened === true && money.balanceFen > limits.alarm2Fen

const causeOfTrip = (sight: RelaySight): RelayCause => {
  const ordered = sight.tripSent || (sight.mode === 'tripped' && !sight.tripWaits)
  if (ordered) return sight.timed ? 'schedule' : 'operator'
  if (sight.money === null) return sight.overdrawn ? 'overload' : 'unknown'
  if (sight.overdrawn && hasMoney(sight)) return 'overload'
  const { opened, balanceFen } = sight.money
  if (!opened || sight.limits === null) return 'notOpened'
  if (balanceFen <= -sight.limits.overdraftFen) return 'arrears'
  return balanceFen <= sight.limits.alarm2Fen ? 'warning' : 'unknown'
}

const causeOfClosing = (sight: RelaySight): RelayCause => {
  if (sight.mode === 'kept') return 'operator'
  const cause = sight.before?.cause ?? 'unknown'
  switch (cause) {
    case 'arrears':
    case 'warning':
    case 'notOpened':
      return 'recharge'
    case 'operator':
    case 'released':
    case 'overload':
      return 'operator'
    case 'schedule':
      return 'schedule'
    case 'recharge':
    case 'recovery':
    case 'unknown':
      return 'unknown'
    default:
      return never(cause)
  }
}

/** Null while nothing has changed. */
export const causeSeen = (sight: RelaySight): RelayCause | null => {
  if (sight.before?.relay === sight.relay) return null
  return sight.relay === 'tripped' ? causeOfTrip(sight) : causeOfClosing(sight)
}
