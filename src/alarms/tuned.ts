// Rules as a complex has them 规则设置, PURE: whether they are on, how grave they are, and their
// figures. What was stored may be older than the program: what it lacks is as supplied.

import type { Severity } from '../http/contract/alarms.ts'
import type { AlarmRules } from './catalog.ts'
import type { AlarmRule, Figure } from './rule.ts'

export type RuleSettings = {
  enabled: boolean
  severity: Severity
  figures: Readonly<Record<string, number>>
}

export type Tuned<R extends AlarmRule = AlarmRule> = {
  rule: R
  enabled: boolean
  severity: Severity
  set: Readonly<Record<string, number>>
}

/** The name under which the settings of a rule are stored. */
export const nameOfRule = (rule: string): string => `rule/${rule}`

const within = ({ value, min, max }: Figure, stored: number | undefined): number =>
  stored === undefined ? value : Math.min(max, Math.max(min, stored))

export const tuned = <R extends AlarmRule>(
  rule: R,
  stored: Partial<RuleSettings> | null,
): Tuned<R> => ({
  rule,
  // A rule that became a matter of safety is on, whatever was stored before.
  enabled: rule.safety === true || (stored?.enabled ?? true),
  severity: stored?.severity ?? rule.severity,
  set: Object.fromEntries(
    Object.entries(rule.figures).map(([name, figure]) => [
      name,
      within(figure, stored?.figures?.[name]),
    ]),
  ),
})

export const tunedRules = (
  rules: AlarmRules,
  stored: ReadonlyMap<string, Partial<RuleSettings>>,
): Map<string, Tuned> =>
  new Map(
    [...rules.values()].map((rule) => [
      rule.id,
      tuned(rule, stored.get(nameOfRule(rule.id)) ?? null),
    ]),
  )

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, serious: 2 }

export type Unfit = 'safety' | 'severity' | 'figure'

/** Why a rule can't be set so; null: it can. The name is of the figure. */
export const unfit = (
  rule: AlarmRule,
  settings: RuleSettings,
): { why: Unfit; name: string } | null => {
  if (rule.safety && !settings.enabled) return { why: 'safety', name: 'enabled' }
  // What money or safety hangs on may be made graver, never smaller.
  if (rule.safety && RANK[settings.severity] < RANK[rule.severity])
    return { why: 'severity', name: 'severity' }
  const strange = Object.keys(settings.figures).find((name) => !Object.hasOwn(rule.figures, name))
  if (strange !== undefined) return { why: 'figure', name: strange }
  const bad = Object.entries(rule.figures).find(([name, { min, max }]) => {
    const value = settings.figures[name]
    return value !== undefined && (value < min || value > max)
  })
  return bad ? { why: 'figure', name: bad[0] } : null
}
