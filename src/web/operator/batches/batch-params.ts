// What a batch is asked to do 操作内容, as it is typed: null where something is still missing.

import type { Dayjs } from 'dayjs'
import type { CommandRequest, CommandUnit } from '../../../http/contract/commands.ts'
import { fenOf } from '../../ui/money-text.ts'
import { wholeTyped } from '../../ui/whole-text.ts'
import { rfc3339In } from '../../ui/zoned.ts'
import type { Asked } from './select-data.ts'

export const ACTIONS = [
  'tripped',
  'kept',
  'prepaid',
  'pushSettings',
  'pushPrice',
  'setClock',
] as const
export type Action = (typeof ACTIONS)[number]
export const AMOUNTS = ['alarm1Fen', 'alarm2Fen', 'overdraftFen', 'hoardingFen'] as const
export type Amount = (typeof AMOUNTS)[number]
/** W and seconds. */
export const OVERLOAD = ['overloadW', 'overloadDelaySeconds'] as const
export type OverloadLimit = (typeof OVERLOAD)[number]

export type Chosen = {
  action: Action
  buildingId: number | null
  floor: number | null
  gatewayId: number | null
  planId: number | null
  states: readonly NonNullable<CommandUnit['states']>[number][]
  modes: readonly NonNullable<CommandUnit['modes']>[number][]
  /** Every meter of the complex. */
  all: boolean
  /** As pasted: a meter or premises number on each line, or between commas or blanks. */
  names: string
  until: Dayjs | null
  /** As typed, yuan; empty: stays as it is. */
  amounts: Readonly<Record<Amount, string>>
  overload: Readonly<Record<OverloadLimit, string>>
}

export const START: Chosen = {
  action: 'kept',
  buildingId: null,
  floor: null,
  gatewayId: null,
  planId: null,
  states: [],
  modes: [],
  all: false,
  names: '',
  until: null,
  amounts: { alarm1Fen: '', alarm2Fen: '', overdraftFen: '', hoardingFen: '' },
  overload: { overloadW: '', overloadDelaySeconds: '' },
}

export const namesOf = (text: string): string[] =>
  text.split(/[\s,;，；、]+/).filter((name) => name !== '')

/** How many of the names stand there more than once, beyond the first. */
export const twiceIn = (names: readonly string[]): number => names.length - new Set(names).size

/** Null where nothing at all was chosen: all meters must be said. */
export const unitOf = (chosen: Chosen): CommandUnit | null => {
  const { buildingId, floor, gatewayId, planId, states, modes, all } = chosen
  const names = namesOf(chosen.names)
  const unit: CommandUnit = {
    ...(buildingId === null ? {} : { buildingId }),
    ...(floor === null ? {} : { floor }),
    ...(gatewayId === null ? {} : { gatewayId }),
    ...(planId === null ? {} : { planId }),
    ...(states.length === 0 ? {} : { states: [...states] }),
    ...(modes.length === 0 ? {} : { modes: [...modes] }),
    ...(names.length === 0 ? {} : { names }),
    ...(all ? { all } : {}),
  }
  return Object.keys(unit).length === 0 ? null : unit
}

const DELAY_MAX_SECONDS = 99

const settingsOf = ({ amounts, overload }: Chosen): CommandRequest['params'] | null => {
  const typed = [
    ...AMOUNTS.map((name) => [name, amounts[name], fenOf(amounts[name])] as const),
    ...OVERLOAD.map((name) => [name, overload[name], wholeTyped(overload[name])] as const),
  ].filter(([, text]) => text.trim() !== '')
  if (typed.length === 0 || typed.some(([, , value]) => value === null)) return null
  const params: CommandRequest['params'] = Object.fromEntries(
    typed.map(([name, , value]) => [name, value]),
  )
  const { overloadW = 1, overloadDelaySeconds = 0 } = params
  return overloadW < 1 || overloadDelaySeconds > DELAY_MAX_SECONDS ? null : params
}

const paramsOf = (chosen: Chosen, zone: string): CommandRequest['params'] | null => {
  const { action, until } = chosen
  switch (action) {
    case 'kept':
      return until === null ? null : { mode: action, until: rfc3339In(until, zone) }
    case 'tripped':
    case 'prepaid':
      return { mode: action }
    case 'pushSettings':
      return settingsOf(chosen)
    case 'pushPrice':
    case 'setClock':
      return {}
  }
}

/** Null: what is done is no mode. */
export const modeIn = ({ action }: Chosen): 'kept' | 'tripped' | 'prepaid' | null =>
  action === 'kept' || action === 'tripped' || action === 'prepaid' ? action : null

/** Shops go dark, or pay another price. */
export const isDangerous = ({ action }: Chosen): boolean =>
  action === 'tripped' || action === 'pushPrice'

/** Of more meters than this their number is typed, so that nobody darkens a house by a click. */
const COUNT_TYPED_ABOVE = 20

export const isWeighty = (chosen: Chosen, meters: number): boolean =>
  isDangerous(chosen) && meters > COUNT_TYPED_ABOVE

export const askedOf = (chosen: Chosen, zone: string): Asked | null => {
  const unit = unitOf(chosen)
  const params = paramsOf(chosen, zone)
  if (unit === null || params === null) return null
  const { action } = chosen
  if (modeIn(chosen) !== null) return { kind: 'setMode', unit, params }
  if (action === 'pushSettings' || action === 'pushPrice') return { kind: action, unit, params }
  return { kind: 'setClock', unit, params }
}
