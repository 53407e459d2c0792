// What a complex has set about alarms 报警设置, as stored: rows are only ever added, the newest of a
// name holds.

import type { EscalationStep, StormSettings } from '../http/contract/alarms.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { AlarmRules } from './catalog.ts'
import { DEFAULT_STEPS } from './escalation.ts'
import { DEFAULT_STORM } from './storm.ts'
import { type RuleSettings, type Tuned, tunedRules } from './tuned.ts'

export const STORM = 'storm'
export const ESCALATION = 'escalation'

export type SavedSettings = {
  name: string
  /** Null: as supplied. */
  settings: Partial<RuleSettings & StormSettings & { steps: EscalationStep[] }> | null
  reason: string
  savedAt: Instant
  savedBy: string | null
}

const SAVED = `
  select distinct on (w.name) w.name, w.settings, w.reason, w.saved_at as "savedAt",
    o.name as "savedBy"
  from alarm_setting w left join operator o on o.operator_id = w.saved_by
  where w.complex_id = $1 order by w.name, w.setting_id desc`

/** By name: what was set last, also where that was to go back to what is supplied. */
export const savedSettings = async (
  tx: Tx,
  complex: ComplexId,
): Promise<Map<string, SavedSettings>> => {
  const rows = await tx.query<SavedSettings>(SAVED, [complex], 'kept')
  return new Map(rows.map((row) => [row.name, row]))
}

export type AlarmTuning = {
  rules: ReadonlyMap<string, Tuned>
  storm: StormSettings
  steps: readonly EscalationStep[]
}

export const tuningFrom = (
  rules: AlarmRules,
  saved: ReadonlyMap<string, SavedSettings>,
): AlarmTuning => ({
  rules: tunedRules(
    rules,
    new Map([...saved].map(([name, { settings }]) => [name, settings ?? {}])),
  ),
  storm: { ...DEFAULT_STORM, ...saved.get(STORM)?.settings },
  steps: saved.get(ESCALATION)?.settings?.steps ?? DEFAULT_STEPS,
})

export const tuningOf = async (
  tx: Tx,
  rules: AlarmRules,
  complex: ComplexId,
): Promise<AlarmTuning> => tuningFrom(rules, await savedSettings(tx, complex))

export const insertSetting = async (
  tx: Tx,
  complex: ComplexId,
  { name, settings, reason }: Pick<SavedSettings, 'name' | 'settings' | 'reason'>,
): Promise<void> => {
  await tx.query(
    `insert into alarm_setting (complex_id, name, settings, reason, saved_at, saved_by)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      ...[complex, name, settings && JSON.stringify(settings), reason],
      ...[sqlTime(tx.now), tx.scope.operator],
    ],
  )
}
