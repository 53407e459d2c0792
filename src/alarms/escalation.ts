// Escalation 升级, PURE: who hears of an alarm that nobody has acknowledged, and when.

import type { EscalationStep, Severity } from '../http/contract/alarms.ts'
import type { Instant } from '../shared/clock.ts'

/** As supplied: a serious alarm reaches the manager, then whoever runs the installation. */
export const DEFAULT_STEPS: readonly EscalationStep[] = [
  { severity: 'serious', afterMinutes: 15, roles: ['manager'], operatorIds: [] },
  { severity: 'serious', afterMinutes: 60, roles: ['administrator'], operatorIds: [] },
]

export type Waiting = {
  severity: Severity
  /** Since when it has spoken for itself. */
  since: Instant
  /** Steps that were taken. */
  escalated: number
}

/** Steps of one severity, in their order. */
export const ladder = (
  steps: readonly EscalationStep[],
  severity: Severity,
): readonly EscalationStep[] =>
  steps
    .filter((step) => step.severity === severity)
    .toSorted((a, b) => a.afterMinutes - b.afterMinutes)

/** The steps that are due and were not taken; each once, also where several are. */
export const dueSteps = (
  steps: readonly EscalationStep[],
  { severity, since, escalated }: Waiting,
  now: Instant,
): EscalationStep[] =>
  ladder(steps, severity)
    .slice(escalated)
    .filter(({ afterMinutes }) => now - since >= afterMinutes * 60_000)

export type BadStep = { field: string; rule: 'nobody' | 'same_time' | 'unknown' }

/** What is wrong with steps as they are to be saved; null: nothing. */
export const badStep = (
  steps: readonly EscalationStep[],
  known: { roles: ReadonlySet<string>; operators: ReadonlySet<number> },
): BadStep | null => {
  for (const [n, { severity, afterMinutes, roles, operatorIds }] of steps.entries()) {
    if (roles.length + operatorIds.length === 0)
      return { field: `steps.${n}.roles`, rule: 'nobody' }
    const isKnown =
      roles.every((code) => known.roles.has(code)) &&
      operatorIds.every((id) => known.operators.has(id))
    if (!isKnown) return { field: `steps.${n}.roles`, rule: 'unknown' }
    const twice = steps.some(
      (other, m) => m < n && other.severity === severity && other.afterMinutes === afterMinutes,
    )
    if (twice) return { field: `steps.${n}.afterMinutes`, rule: 'same_time' }
  }
  return null
}
