// Routes of alarms 报警: the list now and as it was, one alarm with its history, and what people do
// about it.

import { namedComplex } from '../http/complex-store.ts'
import {
  AcknowledgedMany,
  AcknowledgeMany,
  Alarm,
  AlarmCounts,
  AlarmDetail,
  AlarmParams,
  AlarmSheetQuery,
  AlarmsQuery,
  NewNote,
  SettingsQuery,
  Shelve,
} from '../http/contract/alarms.ts'
import { WithinQuery } from '../http/contract/asking.ts'
import { FileAnswer } from '../http/contract/sheets.ts'
import { listOf } from '../http/contract.ts'
import { type OperatorCaller, type Route, route } from '../http/route.ts'
import { workbook } from '../http/workbook.ts'
import type { Db, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Sheets } from '../ports/sheets.ts'
import { must } from '../shared/assert.ts'
import { type Uuid, uuid } from '../shared/ids.ts'
import { once } from '../work/request.ts'
import { acknowledge, acknowledgeOne, addNote, shelve, unshelve } from './acts.ts'
import type { AlarmRules } from './catalog.ts'
import { alarmSettingRoutes } from './setting-routes.ts'
import { alarmSheet, SHEET_ROWS_MAX } from './sheet.ts'
import { alarmById, alarmRows, countAlarms, listAlarms } from './view-store.ts'
import type { ModelsKnown } from './watch/coverage.ts'

export type AlarmRouteDeps = {
  db: Db
  ids: Ids
  sheets: Sheets
  alarmRules: AlarmRules
  capabilitiesOf: ModelsKnown
}

const listRoutes = (deps: AlarmRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/alarms',
    permission: 'alarm.view',
    summary: { zh: '实时与历史报警', en: 'Alarms now and before, newest first' },
    query: AlarmsQuery,
    answer: listOf(Alarm),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        return listAlarms(tx, deps.alarmRules, { ...query, complexId, zone })
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/alarm-sheet',
    permission: 'alarm.view',
    summary: { zh: '导出报警', en: 'Alarms as a workbook' },
    query: AlarmSheetQuery,
    answer: FileAnswer,
    handler: async ({ scope, language }, { query }) => {
      const page = await deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const asked = { ...query, complexId, zone, limit: SHEET_ROWS_MAX }
        return listAlarms(tx, deps.alarmRules, asked)
      })
      const name = language === 'zh' ? '报警' : 'alarms'
      return workbook(deps.sheets, alarmSheet(page, language), name)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/alarm-counts',
    permission: 'alarm.view',
    summary: { zh: '未确认报警数', en: 'How many alarms nobody has acknowledged, by severity' },
    query: SettingsQuery,
    answer: AlarmCounts,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) =>
        countAlarms(tx, (await namedComplex(tx, query.complexId)).complexId),
      ),
  }),
  route({
    method: 'GET',
    path: '/api/v1/alarms/:id',
    permission: 'alarm.view',
    summary: { zh: '报警详情与经过', en: 'One alarm with what was done about it' },
    params: AlarmParams,
    query: WithinQuery,
    answer: AlarmDetail,
    handler: ({ scope }, { params }) =>
      deps.db.as(scope, (tx) => alarmById(tx, deps.alarmRules, uuid(params.id))),
  }),
]

/** What was done, and then the alarm as it is. */
const done = (
  deps: AlarmRouteDeps,
  { scope }: OperatorCaller,
  id: string,
  act: (tx: Tx, alarmId: Uuid) => Promise<void>,
): Promise<AlarmDetail> =>
  deps.db.as(scope, async (tx) => {
    const alarmId = uuid(id)
    await act(tx, alarmId)
    return alarmById(tx, deps.alarmRules, alarmId)
  })

const actRoutes = (deps: AlarmRouteDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/alarms/acknowledge',
    permission: 'alarm.acknowledge',
    summary: { zh: '批量确认报警', en: 'Acknowledge many alarms' },
    body: AcknowledgeMany,
    answer: AcknowledgedMany,
    handler: ({ scope }, { body }) =>
      deps.db.as(scope, (tx) => acknowledge(tx, deps.ids, body.alarmIds.map(uuid), body.note)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/alarms/:id/acknowledge',
    permission: 'alarm.acknowledge',
    summary: { zh: '确认报警', en: 'Acknowledge an alarm' },
    params: AlarmParams,
    query: WithinQuery,
    answer: AlarmDetail,
    handler: (caller, { params }) =>
      done(deps, caller, params.id, (tx, id) => acknowledgeOne(tx, deps.ids, id)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/alarms/:id/notes',
    permission: 'alarm.acknowledge',
    once: true,
    summary: { zh: '报警备注', en: 'Write a note on an alarm' },
    params: AlarmParams,
    body: NewNote,
    answer: AlarmDetail,
    handler: ({ scope, requestId }, { params, body }) => {
      const alarmId = uuid(params.id)
      const name = {
        complexId: async (tx: Tx) =>
          must((await alarmRows(tx, [alarmId]))[0], 'it was found').complexId,
        ...{ requestId: requestId(), operation: 'alarm.note', content: { alarmId, ...body } },
      }
      return once(deps.db, scope, name, async (tx) => {
        await addNote(tx, deps.ids, alarmId, body.note)
        return alarmById(tx, deps.alarmRules, alarmId)
      })
    },
  }),
]

const shelfRoutes = (deps: AlarmRouteDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/alarms/:id/shelve',
    permission: 'alarm.acknowledge',
    summary: { zh: '搁置报警', en: 'Put an alarm aside for a time' },
    params: AlarmParams,
    body: Shelve,
    answer: AlarmDetail,
    handler: (caller, { params, body }) => {
      const { ids, alarmRules: rules } = deps
      return done(deps, caller, params.id, (tx, id) => shelve(tx, { ids, rules }, id, body))
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/alarms/:id/unshelve',
    permission: 'alarm.acknowledge',
    summary: { zh: '取消搁置', en: 'Take an alarm up again' },
    params: AlarmParams,
    answer: AlarmDetail,
    handler: (caller, { params }) =>
      done(deps, caller, params.id, (tx, id) => unshelve(tx, deps.ids, id)),
  }),
]

export const alarmRoutes = (deps: AlarmRouteDeps): Route[] => [
  ...listRoutes(deps),
  ...actRoutes(deps),
  ...shelfRoutes(deps),
  ...alarmSettingRoutes(deps),
]
