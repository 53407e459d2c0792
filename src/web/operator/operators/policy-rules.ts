// The rules of the log-in policy as fields 登录规则: their bounds and their words.

import type { LoginPolicy } from '../../../http/contract/operators.ts'
import type { Say } from '../../text/i18n.ts'

export const RULE_FIELDS = [
  { key: 'passwordLengthMin', min: 8, max: 64 },
  { key: 'passwordKindsMin', min: 1, max: 4 },
  { key: 'passwordHistory', min: 1, max: 24 },
  { key: 'passwordDaysMax', min: 1, max: 730 },
  { key: 'factorFor' },
  { key: 'idleMinutes', min: 5, max: 720 },
  { key: 'absoluteMinutes', min: 15, max: 10_080 },
  { key: 'failuresFree', min: 3, max: 20 },
  { key: 'lockMinutes', min: 1, max: 1_440 },
  { key: 'lockGrowth', min: 1, max: 10 },
  { key: 'separation' },
] as const

export type Rule = (typeof RULE_FIELDS)[number]['key']
export type Rules = Pick<LoginPolicy, Rule>

/** What a rule says, in words. */
export const ruleText = (say: Say, rule: Rule, rules: Rules): string => {
  if (rule === 'factorFor') return say(`policy.factorFor.${rules.factorFor}`)
  if (rule === 'separation') return say(`policy.separation.${rules.separation}`)
  return rules[rule] === null ? say('policy.none') : String(rules[rule])
}
