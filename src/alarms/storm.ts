// Storms of alarms 报警风暴, PURE: many of one rule within a short time have one cause. They become one
// alarm, until the rule has calmed and few of them are left.

import type { StormSettings } from '../http/contract/alarms.ts'
import type { Decision } from './rule.ts'

export const DEFAULT_STORM: StormSettings = { alarms: 30, minutes: 10 }

const PREFIX = 'storm/'

/** The rule of the alarm that speaks for a storm of this one. */
export const stormOf = (rule: string): string => `${PREFIX}${rule}`
/** The rule whose storm it is; null: it is no storm. */
export const ruleOfStorm = (rule: string): string | null =>
  rule.startsWith(PREFIX) ? rule.slice(PREFIX.length) : null

export type StormFacts = {
  /** Raised within the time that counts. */
  lately: number
  /** Still open of those that the storm speaks for. */
  left: number
}

export const decideStorm = (
  { lately, left }: StormFacts,
  open: boolean,
  { alarms }: StormSettings,
): Decision => {
  if (!open) return lately > alarms ? 'raise' : 'keep'
  return 2 * lately <= alarms && 2 * left <= alarms ? 'clear' : 'keep'
}
