// Routes of alarms 报警: list and acknowledge.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ListQuery, WithinQuery } from '../http/contract/asking.ts'
import { Alarm, listOf, UuidText } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import { uuid } from '../shared/ids.ts'
import type { AlarmRules } from './catalog.ts'
import { acknowledgeAlarm, alarmById, listAlarms } from './view-store.ts'

/** For people: open is what nobody has acknowledged yet. */
const STATES = {
  open: 'unacknowledged',
  acknowledged: 'acknowledged',
  cleared: 'cleared',
  all: 'all',
} as const

const AlarmParams = Type.Object({ id: UuidText })

export type AlarmRouteDeps = { db: Db; alarmRules: AlarmRules }

export const alarmRoutes = (deps: AlarmRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/alarms',
    permission: 'alarm.view',
    summary: { zh: '报警列表', en: 'Alarms, newest first' },
    query: Type.Object({
      ...ListQuery.properties,
      state: Type.Enum(['open', 'acknowledged', 'cleared', 'all'], { default: 'all' }),
      severity: Type.Optional(Alarm.properties.severity),
    }),
    answer: listOf(Alarm),
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, query.complexId)
        return listAlarms(tx, deps.alarmRules, {
          complexId,
          state: STATES[query.state],
          severity: query.severity ?? null,
          limit: query.limit,
          cursor: query.cursor ?? null,
        })
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/alarms/:id',
    permission: 'alarm.view',
    summary: { zh: '报警详情', en: 'One alarm' },
    params: AlarmParams,
    query: WithinQuery,
    answer: Alarm,
    handler: ({ scope }, { params }) =>
      deps.db.as(scope, (tx) => alarmById(tx, deps.alarmRules, uuid(params.id))),
  }),
  route({
    method: 'POST',
    path: '/api/v1/alarms/:id/acknowledge',
    permission: 'alarm.acknowledge',
    summary: { zh: '确认报警', en: 'Acknowledge an alarm' },
    params: AlarmParams,
    query: WithinQuery,
    answer: Alarm,
    handler: ({ scope }, { params }) =>
      deps.db.as(scope, (tx) => acknowledgeAlarm(tx, deps.alarmRules, uuid(params.id))),
  }),
]
