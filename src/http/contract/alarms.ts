// The contract of alarms 报警: the list as it is now and as it was, what people do about one, and
// what a complex sets about rules, storms, escalation and overload.

import { type Static, Type } from 'typebox'
import { Id, Nullable, Time, UuidText } from '../contract.ts'
import { Day, ListQuery, PageQuery } from './asking.ts'

const Words = Type.Object({ zh: Type.String(), en: Type.String() })
const Reason = Type.String({ minLength: 1, maxLength: 500 })

export const Severity = Type.Enum(['info', 'warning', 'serious'])
export type Severity = Static<typeof Severity>

export const Alarm = Type.Object({
  alarmId: UuidText,
  complexId: Id,
  rule: Type.String(),
  title: Words,
  severity: Severity,
  subjectKind: Type.Enum(['meter', 'gateway', 'bus', 'supply', 'building', 'complex']),
  subjectId: Id,
  subject: Type.String(),
  subjectEn: Type.String(),
  /** Where it happened, as it was then. */
  building: Nullable(Type.String()),
  buildingEn: Nullable(Type.String()),
  gateway: Nullable(Type.String()),
  gatewayEn: Nullable(Type.String()),
  meterId: Nullable(Id),
  facts: Type.Record(Type.String(), Type.Unknown()),
  raisedAt: Time,
  acknowledgedAt: Nullable(Time),
  acknowledgedBy: Nullable(Type.String()),
  clearedAt: Nullable(Time),
  /** Until then it is put aside. */
  shelvedUntil: Nullable(Time),
  /** Steps of escalation that were taken. */
  escalated: Type.Integer(),
  /** The outage or storm that speaks for this one. */
  parentId: Nullable(UuidText),
  /** For so many others this one has spoken, at most at a time. */
  covered: Type.Integer(),
})
export type Alarm = Static<typeof Alarm>

export const AlarmEventKind = Type.Enum([
  'acknowledged',
  'note',
  'shelved',
  'unshelved',
  'escalated',
  'covered',
  'surfaced',
])
export const AlarmEvent = Type.Object({
  kind: AlarmEventKind,
  at: Time,
  /** Null: the system. */
  operator: Nullable(Type.String()),
  note: Type.String(),
  facts: Type.Record(Type.String(), Type.Unknown()),
})
export type AlarmEvent = Static<typeof AlarmEvent>

/** One alarm with what was done about it, oldest first. */
export const AlarmDetail = Type.Object({ ...Alarm.properties, events: Type.Array(AlarmEvent) })
export type AlarmDetail = Static<typeof AlarmDetail>

/**
 * `open`: nobody has acknowledged it; `active`: not cleared; both without what is put aside or
 * spoken for by another. `all` and `cleared` hold back nothing.
 */
export const AlarmState = Type.Enum(['open', 'acknowledged', 'active', 'shelved', 'cleared', 'all'])
export type AlarmState = Static<typeof AlarmState>

const filters = {
  state: Type.Enum(['open', 'acknowledged', 'active', 'shelved', 'cleared', 'all'], {
    default: 'all',
  }),
  severity: Type.Optional(Severity),
  rule: Type.Optional(Type.String({ maxLength: 100 })),
  buildingId: Type.Optional(Id),
  gatewayId: Type.Optional(Id),
  meterId: Type.Optional(Id),
  /** A part of the number or name of a shop, or of the number of a meter. */
  search: Type.Optional(Type.String({ maxLength: 60 })),
  /** Raised on these days of the complex, both included. */
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  /** A part of the name of whoever acknowledged it. */
  by: Type.Optional(Type.String({ maxLength: 60 })),
  /** Lasted, or has lasted, so long. */
  minMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  /** Spoken for by this one. */
  parentId: Type.Optional(UuidText),
  /** Escalated to whoever asks. */
  escalated: Type.Optional(Type.Literal('me')),
}
export const AlarmsQuery = Type.Object({ ...ListQuery.properties, ...filters })
export const AlarmSheetQuery = Type.Object({ complexId: Id, ...filters })

const Counts = Type.Object({
  serious: Type.Integer(),
  warning: Type.Integer(),
  info: Type.Integer(),
})
const Newest = Type.Object({
  serious: Nullable(Time),
  warning: Nullable(Time),
  info: Nullable(Time),
})
/** What nobody has acknowledged and speaks for itself: for every page, and for the bell. */
export const AlarmCounts = Type.Object({
  open: Counts,
  /** When the newest of each came up. */
  newest: Newest,
  /** Escalated to whoever asks. */
  escalatedToMe: Type.Integer(),
})
export type AlarmCounts = Static<typeof AlarmCounts>

export const AlarmParams = Type.Object({ id: UuidText })
export const AcknowledgeMany = Type.Object({
  alarmIds: Type.Array(UuidText, { minItems: 1, maxItems: 500, uniqueItems: true }),
  note: Type.Optional(Type.String({ maxLength: 500 })),
})
export const AcknowledgedMany = Type.Object({
  acknowledged: Type.Integer(),
  /** Cleared meanwhile, or acknowledged by somebody else. */
  left: Type.Integer(),
})
export type AcknowledgedMany = Static<typeof AcknowledgedMany>
export const NewNote = Type.Object({ note: Reason })
export const Shelve = Type.Object({
  minutes: Type.Integer({ minimum: 1, maximum: 7 * 24 * 60 }),
  reason: Reason,
})

export const FigureUnit = Type.Enum([
  'seconds',
  'minutes',
  'hours',
  'days',
  'percent',
  'count',
  'fen',
  'watts',
  'wh',
  'kwh',
])
export type FigureUnit = Static<typeof FigureUnit>
const Figures = Type.Record(Type.String(), Type.Integer())

export const AlarmRuleShown = Type.Object({
  rule: Type.String(),
  title: Words,
  /** What the alarm is about: a meter, a supply … */
  subjectKind: Type.String(),
  /** Nobody may turn it off or put it aside. */
  safety: Type.Boolean(),
  /** How much of what it is about it can judge; null where a reading tells by itself. */
  coverage: Nullable(
    Type.Object({
      /** Known, and judged. */
      known: Type.Integer(),
      /** Not read, or not long enough. */
      unknown: Type.Integer(),
      /** Never to be known: their models keep no such record. */
      cannot: Type.Integer(),
    }),
  ),
  enabled: Type.Boolean(),
  severity: Severity,
  suppliedSeverity: Severity,
  figures: Type.Array(
    Type.Object({
      name: Type.String(),
      words: Words,
      unit: FigureUnit,
      value: Type.Integer(),
      supplied: Type.Integer(),
      min: Type.Integer(),
      max: Type.Integer(),
    }),
  ),
  /** Open now, of this rule. */
  open: Type.Integer(),
  isSet: Type.Boolean(),
  reason: Type.String(),
  savedAt: Nullable(Time),
  savedBy: Nullable(Type.String()),
})
export type AlarmRuleShown = Static<typeof AlarmRuleShown>

export const EscalationStep = Type.Object({
  severity: Severity,
  /** Unacknowledged for so long. */
  afterMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
  /** Codes of roles whose operators are told. */
  roles: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 10, uniqueItems: true }),
  operatorIds: Type.Array(Id, { maxItems: 20, uniqueItems: true }),
})
export type EscalationStep = Static<typeof EscalationStep>
export const StormSettings = Type.Object({
  /** More than so many of one rule … */
  alarms: Type.Integer({ minimum: 5, maximum: 1_000 }),
  /** … within so long are one storm. */
  minutes: Type.Integer({ minimum: 1, maximum: 120 }),
})
export type StormSettings = Static<typeof StormSettings>

const saved = { reason: Type.String(), savedAt: Nullable(Time), savedBy: Nullable(Type.String()) }
export const AlarmSettings = Type.Object({
  rules: Type.Array(AlarmRuleShown),
  storm: Type.Object({ settings: StormSettings, isSet: Type.Boolean(), ...saved }),
  escalation: Type.Object({
    steps: Type.Array(EscalationStep),
    isSet: Type.Boolean(),
    ...saved,
  }),
  /** Who may be named in a step: roles and operators that see alarms of this complex. */
  roles: Type.Array(Type.Object({ code: Type.String(), name: Words })),
  operators: Type.Array(Type.Object({ operatorId: Id, name: Type.String() })),
})
export type AlarmSettings = Static<typeof AlarmSettings>

export const SettingsQuery = Type.Object({ complexId: Id })
export const RuleParams = Type.Object({ rule: Type.String({ maxLength: 60 }) })
export const SaveRule = Type.Object({
  complexId: Id,
  /** Null: from now on as the program supplies it. */
  settings: Nullable(
    Type.Object({ enabled: Type.Boolean(), severity: Severity, figures: Figures }),
  ),
  reason: Reason,
})
export type SaveRule = Static<typeof SaveRule>
export const SaveStorm = Type.Object({
  complexId: Id,
  settings: Nullable(StormSettings),
  reason: Reason,
})
export const SaveEscalation = Type.Object({
  complexId: Id,
  /** Null: as supplied; an empty list: nobody. */
  steps: Nullable(Type.Array(EscalationStep, { maxItems: 12 })),
  reason: Reason,
})
export type SaveEscalation = Static<typeof SaveEscalation>

export const ThresholdLevel = Type.Enum(['complex', 'plan', 'building', 'supply'])
export type ThresholdLevel = Static<typeof ThresholdLevel>
/** The level that the figure comes from; `policy`: the power policy; null: nobody watches. */
export const ThresholdFrom = Nullable(
  Type.Enum(['complex', 'plan', 'building', 'supply', 'policy']),
)
export const SupplyThreshold = Type.Object({
  supplyId: Id,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  building: Type.String(),
  buildingEn: Type.String(),
  buildingId: Nullable(Id),
  premises: Type.String(),
  premisesEn: Type.String(),
  planId: Nullable(Id),
  plan: Type.String(),
  meterId: Id,
  meterNo: Type.String(),
  alarm1Fen: Type.Integer(),
  alarm2Fen: Type.Integer(),
  /** As last read, for comparison; null: unknown. */
  powerNowW: Nullable(Type.Integer()),
  powerW: Nullable(Type.Integer()),
  delayS: Nullable(Type.Integer()),
  from: ThresholdFrom,
})
export type SupplyThreshold = Static<typeof SupplyThreshold>
export const ThresholdsQuery = Type.Object({
  complexId: Id,
  ...PageQuery.properties,
  buildingId: Type.Optional(Id),
  planId: Type.Optional(Id),
  search: Type.Optional(Type.String({ maxLength: 60 })),
  /** Only where the figure comes from this level. */
  level: Type.Optional(Type.Enum(['complex', 'plan', 'building', 'supply', 'policy', 'none'])),
})
export const Thresholds = Type.Object({
  items: Type.Array(SupplyThreshold),
  nextCursor: Nullable(Type.String()),
  /** What the levels above a supply say. */
  levels: Type.Array(
    Type.Object({
      level: ThresholdLevel,
      levelId: Type.Integer(),
      name: Type.String(),
      powerW: Type.Integer(),
      delayS: Type.Integer(),
      ...saved,
    }),
  ),
})
export type Thresholds = Static<typeof Thresholds>
export const ThresholdValue = Type.Object({
  powerW: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
  delayS: Type.Integer({ minimum: 0, maximum: 86_400 }),
})
export const SaveThresholds = Type.Object({
  complexId: Id,
  level: ThresholdLevel,
  /** Of plans, buildings or supplies; empty for the complex. */
  ids: Type.Array(Id, { maxItems: 5_000, uniqueItems: true }),
  /** Null: as the level above. */
  value: Nullable(ThresholdValue),
  reason: Reason,
})
export type SaveThresholds = Static<typeof SaveThresholds>
export const ThresholdSheet = Type.Object({
  complexId: Id,
  dryRun: Type.Boolean(),
  reason: Reason,
  /** As pasted from a sheet: meter number, power in kW, delay in seconds. */
  rows: Type.Array(
    Type.Object({
      meterNo: Type.String({ maxLength: 60 }),
      powerW: Nullable(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
      delayS: Nullable(Type.Integer({ minimum: 0, maximum: 86_400 })),
    }),
    { minItems: 1, maxItems: 5_000 },
  ),
})
export type ThresholdSheet = Static<typeof ThresholdSheet>
export const ThresholdSheetAnswer = Type.Object({
  dryRun: Type.Boolean(),
  /** False where a row was bad: then nothing was written. */
  applied: Type.Boolean(),
  changed: Type.Integer(),
  bad: Type.Array(
    Type.Object({
      row: Type.Integer(),
      meterNo: Type.String(),
      code: Type.Enum(['unknown', 'noSupply', 'twice', 'half']),
    }),
  ),
})
export type ThresholdSheetAnswer = Static<typeof ThresholdSheetAnswer>
