// Command kinds 命令种类 that the centre carries out today, as data: how long each may live, and how
// its parameters are checked at the door. A new kind is a row here and a runner in `runners.ts`.

import type { CommandRequest } from '../http/contract.ts'
import { type Instant, parseRfc3339 } from '../shared/clock.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { CONTROL_MODES, type ControlMode } from './mode.ts'

export type CommandKind = 'setMode' | 'read'

export const KINDS = {
  /** A relay order that has not left after this time is no longer what the operator meant. */
  setMode: { lifeMs: 300_000 },
  read: { lifeMs: 120_000 },
} as const satisfies Record<CommandKind, { lifeMs: number }>

export type ModeOrder = {
  kind: 'setMode'
  mode: ControlMode
  reason: string
  /** End of keep-power; only `kept` has one. */
  until: Instant | null
}
export type Asked = ModeOrder | { kind: 'read' }

const modeOf = (text: unknown): ControlMode => {
  const mode = CONTROL_MODES.find((known) => known === text)
  if (!mode) throw new Refusal('invalid_input', { field: 'params.mode' })
  return mode
}

const untilOf = (text: string | undefined, mode: ControlMode, now: Instant): Instant | null => {
  if (text === undefined) return null
  const until = parseRfc3339(text)
  const sound = until !== null && until > now && mode === 'kept'
  refuseIf(!sound, 'invalid_input', { field: 'params.until' })
  return until
}

/** Errors: Refusal invalid_input with the field. */
export const askedOf = (
  kind: CommandKind,
  params: CommandRequest['params'],
  now: Instant,
): Asked => {
  if (kind === 'read') return { kind }
  const mode = modeOf(params.mode)
  return { kind, mode, reason: params.reason ?? '', until: untilOf(params.until, mode, now) }
}
