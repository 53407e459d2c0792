// Routes of what a complex sets about alarms 报警设置: rules, storms, escalation and overload.

import { namedComplex } from '../http/complex-store.ts'
import {
  AlarmSettings,
  RuleParams,
  SaveEscalation,
  SaveRule,
  SaveStorm,
  SaveThresholds,
  SettingsQuery,
  ThresholdSheet,
  ThresholdSheetAnswer,
  Thresholds,
  ThresholdsQuery,
} from '../http/contract/alarms.ts'
import { afterId, cursorOf } from '../http/cursor.ts'
import { NoContent, type OperatorCaller, type Route, route } from '../http/route.ts'
import type { Db, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { AlarmRules } from './catalog.ts'
import { saveEscalation, saveRule, saveStorm, settingsShown } from './settings.ts'
import { saveThresholds, thresholdSheet, thresholdsShown } from './thresholds.ts'
import type { ModelsKnown } from './watch/coverage.ts'

type Deps = { db: Db; ids: Ids; alarmRules: AlarmRules; capabilitiesOf: ModelsKnown }

const within = <A>(
  deps: Deps,
  { scope }: OperatorCaller,
  complexId: number,
  act: (tx: Tx, complexId: ComplexId, zone: string) => Promise<A>,
): Promise<A> =>
  deps.db.as(scope, async (tx) => {
    const complex = await namedComplex(tx, complexId)
    return act(tx, complex.complexId, complex.zone)
  })

const shownBy = ({ alarmRules: rules, capabilitiesOf: models }: Deps) => ({ rules, models })

/** What is told and to whom hangs on these: the password is asked for again. */
const EDITS = { permission: 'alarm.edit', audited: true, confirmed: true } as const

const settingRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/alarm-settings',
    permission: 'alarm.view',
    summary: { zh: '报警规则与设置', en: 'Rules, storms and escalation as they are set' },
    query: SettingsQuery,
    answer: AlarmSettings,
    handler: (caller, { query }) =>
      within(deps, caller, query.complexId, (tx, complexId, zone) =>
        settingsShown(tx, shownBy(deps), { complexId, zone }),
      ),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/alarm-rules/:rule',
    ...EDITS,
    summary: { zh: '设定报警规则', en: 'Set a rule' },
    params: RuleParams,
    body: SaveRule,
    answer: NoContent,
    handler: (caller, { params, body }) =>
      within(deps, caller, body.complexId, async (tx, complexId) => {
        const { ids, alarmRules: rules } = deps
        await saveRule(tx, { ids, rules }, complexId, params.rule, body)
        return null
      }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/alarm-storm',
    ...EDITS,
    summary: { zh: '设定报警风暴', en: 'Set when many alarms are one storm' },
    body: SaveStorm,
    answer: NoContent,
    handler: (caller, { body }) =>
      within(deps, caller, body.complexId, async (tx, complexId) => {
        await saveStorm(tx, deps.ids, complexId, body)
        return null
      }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/alarm-escalation',
    ...EDITS,
    summary: { zh: '设定报警升级', en: 'Set who hears of what nobody acknowledges' },
    body: SaveEscalation,
    answer: NoContent,
    handler: (caller, { body }) =>
      within(deps, caller, body.complexId, async (tx, complexId) => {
        await saveEscalation(tx, deps.ids, complexId, body)
        return null
      }),
  }),
]

const thresholdRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/alarm-thresholds',
    permission: 'account.view',
    summary: { zh: '报警阈值', en: 'Thresholds of each supply and where they come from' },
    query: ThresholdsQuery,
    answer: Thresholds,
    handler: (caller, { query }) =>
      within(deps, caller, query.complexId, async (tx, complexId, zone) => {
        const { cursor, ...asked } = query
        const after = afterId(cursor)
        const { next, ...page } = await thresholdsShown(tx, { ...asked, complexId, after }, zone)
        return { ...page, nextCursor: next === null ? null : cursorOf(next) }
      }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/alarm-thresholds',
    permission: 'alarm.edit',
    audited: true,
    summary: { zh: '设定过载阈值', en: 'Set overload thresholds of a level' },
    body: SaveThresholds,
    answer: NoContent,
    handler: async (caller, { body }) => {
      await within(deps, caller, body.complexId, (tx, complexId) =>
        saveThresholds(tx, deps.ids, complexId, body),
      )
      return null
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/alarm-thresholds/sheet',
    permission: 'alarm.edit',
    audited: true,
    summary: { zh: '按表设定过载阈值', en: 'Set overload thresholds from a sheet' },
    body: ThresholdSheet,
    answer: ThresholdSheetAnswer,
    handler: (caller, { body }) =>
      within(deps, caller, body.complexId, (tx, complexId) =>
        thresholdSheet(tx, deps.ids, complexId, body),
      ),
  }),
]

export const alarmSettingRoutes = (deps: Deps): Route[] => [
  ...settingRoutes(deps),
  ...thresholdRoutes(deps),
]
