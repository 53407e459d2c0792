// Command kinds 命令种类 that the centre carries out today, as data: how long each may live, and how
// its parameters are checked at the door. A new kind is a row here and a runner in `runners.ts`.

import type { CommandRequest } from '../http/contract/commands.ts'
import { type Fen, fen } from '../ledger/money.ts'
import type { Overload } from '../metering/driver.ts'
import { MONEY_SETTING_FEN_MAX } from '../metering/setting-names.ts'
import { type Instant, parseRfc3339 } from '../shared/clock.ts'
import { type PlanId, planId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { CONTROL_MODES, type ControlMode } from './mode.ts'

export type CommandKind = CommandRequest['kind']

export const KINDS = {
  /** A relay order that has not left after this time is no longer what the operator meant. */
  setMode: { lifeMs: 300_000 },
  read: { lifeMs: 120_000 },
  /** Tables are long and buses slow; a price is meant for a day to come. */
  pushPrice: { lifeMs: 6 * 3_600_000 },
  /** A threshold is no relay order: it may wait for a meter that comes back the next morning. */
  pushSettings: { lifeMs: 24 * 3_600_000 },
  setClock: { lifeMs: 1_800_000 },
} as const satisfies Record<CommandKind, { lifeMs: number }>

export type ModeOrder = {
  kind: 'setMode'
  mode: ControlMode
  reason: string
  /** End of keep-power; only `kept` has one. */
  until: Instant | null
}
export type PushOrder = {
  kind: 'pushPrice'
  /** Null: what each meter's supply has at that moment. */
  planVersion: { planId: PlanId; version: number } | null
  /** Null: when that version takes effect, or as soon as it is written. */
  switchAt: Instant | null
  /** A standby set that waits in the meter may be overwritten. */
  replacePending: boolean
}
/** Those left out stay as they are. */
export type WantedSettings = {
  alarm1Fen?: Fen
  alarm2Fen?: Fen
  overdraftFen?: Fen
  hoardingFen?: Fen
} & Partial<Overload>
export type SettingsPush = { kind: 'pushSettings'; wanted: WantedSettings }
export type Asked = ModeOrder | PushOrder | SettingsPush | { kind: 'read' } | { kind: 'setClock' }

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

const MINUTE_MS = 60_000
/** A moment nearer than this may have passed before it is written. */
const SWITCH_AHEAD_MS = 5 * MINUTE_MS

const switchAtOf = (text: string | undefined, now: Instant): Instant | null => {
  if (text === undefined) return null
  const at = parseRfc3339(text)
  // Meters keep whole minutes.
  const sound = at !== null && at % MINUTE_MS === 0 && at >= now + SWITCH_AHEAD_MS
  refuseIf(!sound, 'invalid_input', { field: 'params.switchAt' })
  return at
}

const pushOf = (params: CommandRequest['params'], now: Instant): PushOrder => {
  const { planVersion } = params
  return {
    kind: 'pushPrice',
    planVersion: planVersion
      ? { planId: planId(planVersion.planId), version: planVersion.version }
      : null,
    switchAt: switchAtOf(params.switchAt, now),
    replacePending: params.replacePending === true,
  }
}

const moneyIn = (fenAsked: number | undefined, field: string, least: number) => {
  const sound = fenAsked === undefined || (fenAsked >= least && fenAsked <= MONEY_SETTING_FEN_MAX)
  refuseIf(!sound, 'invalid_input', { field: `params.${field}` })
  return fenAsked === undefined ? {} : { [field]: fen(fenAsked) }
}

const settingsOf = (params: CommandRequest['params']): SettingsPush => {
  const { overloadW, overloadDelaySeconds } = params
  const wanted: WantedSettings = {
    ...moneyIn(params.alarm1Fen, 'alarm1Fen', 0),
    ...moneyIn(params.alarm2Fen, 'alarm2Fen', 0),
    ...moneyIn(params.overdraftFen, 'overdraftFen', 0),
    ...moneyIn(params.hoardingFen, 'hoardingFen', 1),
    ...(overloadW === undefined ? {} : { overloadW }),
    ...(overloadDelaySeconds === undefined ? {} : { overloadDelaySeconds }),
  }
  refuseIf(Object.keys(wanted).length === 0, 'invalid_input', { field: 'params' })
  return { kind: 'pushSettings', wanted }
}

/** Errors: Refusal invalid_input with the field. */
export const askedOf = (
  kind: CommandKind,
  params: CommandRequest['params'],
  now: Instant,
): Asked => {
  if (kind === 'read' || kind === 'setClock') return { kind }
  if (kind === 'pushPrice') return pushOf(params, now)
  if (kind === 'pushSettings') return settingsOf(params)
  const mode = modeOf(params.mode)
  return { kind, mode, reason: params.reason ?? '', until: untilOf(params.until, mode, now) }
}
