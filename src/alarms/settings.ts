// What a complex sets about alarms 报警设置: shown with what the program supplies, saved with a reason
// under audit.

import type {
  AlarmRuleShown,
  AlarmSettings,
  EscalationStep,
  SaveEscalation,
  SaveRule,
  StormSettings,
} from '../http/contract/alarms.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import type { AlarmRules } from './catalog.ts'
import { badStep } from './escalation.ts'
import {
  ESCALATION,
  insertSetting,
  type SavedSettings,
  STORM,
  savedSettings,
  tuningFrom,
} from './settings-store.ts'
import { openByRule, reachable } from './settings-view-store.ts'
import { nameOfRule, type Tuned, unfit } from './tuned.ts'
import { type Coverage, coverages, type ModelsKnown } from './watch/coverage.ts'

export type SettingDeps = { ids: Ids; rules: AlarmRules }
type Looked = { open: number; coverage: Coverage | null }

const savedOf = (saved: SavedSettings | undefined, zone: string) => ({
  ...{ isSet: (saved?.settings ?? null) !== null, reason: saved?.reason ?? '' },
  savedAt: saved ? rfc3339(saved.savedAt, zone) : null,
  savedBy: saved?.savedBy ?? null,
})

const ruleShown = (
  { rule, enabled, severity, set }: Tuned,
  saved: SavedSettings | undefined,
  zone: string,
  { open, coverage }: Looked,
): AlarmRuleShown => ({
  ...{ rule: rule.id, title: rule.title, subjectKind: rule.subjectKind },
  ...{ safety: rule.safety === true, enabled, severity, suppliedSeverity: rule.severity },
  ...{ open, coverage },
  figures: Object.entries(rule.figures).map(([name, { zh, en, unit, value, min, max }]) => ({
    ...{ name, words: { zh, en }, unit, value: set[name] ?? value, supplied: value, min, max },
  })),
  ...savedOf(saved, zone),
})

export const settingsShown = async (
  tx: Tx,
  { rules, models }: { rules: AlarmRules; models: ModelsKnown },
  { complexId, zone }: { complexId: ComplexId; zone: string },
): Promise<AlarmSettings> => {
  const saved = await savedSettings(tx, complexId)
  const open = await openByRule(tx, complexId)
  const tuning = tuningFrom(rules, saved)
  const covered = await coverages(tx, complexId, tuning.rules, models)
  return {
    rules: [...tuning.rules.values()].map((one) => {
      const { id } = one.rule
      const looked = { open: open.get(id) ?? 0, coverage: covered.get(id) ?? null }
      return ruleShown(one, saved.get(nameOfRule(id)), zone, looked)
    }),
    storm: { settings: tuning.storm, ...savedOf(saved.get(STORM), zone) },
    escalation: { steps: [...tuning.steps], ...savedOf(saved.get(ESCALATION), zone) },
    ...(await reachable(tx, complexId)),
  }
}

type Saving = Pick<SavedSettings, 'name' | 'settings' | 'reason'>

const save = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  { name, settings, reason }: Saving,
): Promise<void> => {
  await tx.query('select from complex where complex_id = $1 for no key update', [complexId])
  const before = (await savedSettings(tx, complexId)).get(name)?.settings ?? null
  await insertSetting(tx, complexId, { name, settings, reason })
  await audit(tx, ids, {
    ...{ complexId, action: 'alarmSetting.save', subject: `alarmSetting/${name}` },
    ...{ before: before && { settings: before }, after: { settings, reason } },
  })
}

/** Refuses: not_found (rule), alarm_rule_fixed, invalid_input (a figure). */
export const saveRule = async (
  tx: Tx,
  { ids, rules }: SettingDeps,
  complexId: ComplexId,
  ruleId: string,
  { settings, reason }: Pick<SaveRule, 'settings' | 'reason'>,
): Promise<void> => {
  const rule = rules.get(ruleId)
  if (!rule) throw new Refusal('not_found', { rule: ruleId })
  const bad = settings && unfit(rule, settings)
  if (bad) {
    refuseIf(bad.why !== 'figure', 'alarm_rule_fixed', { rule: ruleId, field: bad.name })
    throw new Refusal('invalid_input', {
      ...{ where: 'body', field: `settings.figures.${bad.name}`, rule: 'range' },
    })
  }
  await save(tx, ids, complexId, { name: nameOfRule(ruleId), settings, reason })
}

export const saveStorm = (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  { settings, reason }: { settings: StormSettings | null; reason: string },
): Promise<void> => save(tx, ids, complexId, { name: STORM, settings, reason })

const checkSteps = async (
  tx: Tx,
  complexId: ComplexId,
  steps: readonly EscalationStep[],
): Promise<void> => {
  const { roles, operators } = await reachable(tx, complexId)
  const bad = badStep(steps, {
    roles: new Set(roles.map(({ code }) => code)),
    operators: new Set(operators.map(({ operatorId }) => operatorId)),
  })
  if (bad) throw new Refusal('invalid_input', { where: 'body', ...bad })
}

/** Refuses: invalid_input (nobody named, somebody who can't see alarms, twice the same time). */
export const saveEscalation = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  { steps, reason }: Pick<SaveEscalation, 'steps' | 'reason'>,
): Promise<void> => {
  if (steps !== null) await checkSteps(tx, complexId, steps)
  const settings = steps && { steps }
  await save(tx, ids, complexId, { name: ESCALATION, settings, reason })
}
