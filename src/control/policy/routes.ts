// Routes of the power policy 供电策略, who goes dark 谁会停电, the interlock 联锁 and timed circuits 分时控制.

import { namedComplex } from '../../http/complex-store.ts'
import {
  DarkForecast,
  DarkQuery,
  DarkSheet,
  InterlockNow,
  NewPowerPolicy,
  NewSupplyPolicy,
  PolicyQuery,
  PowerPolicy,
  ReleaseSurge,
  SaveSchedule,
  ScheduleParams,
  SuppliesNow,
  SuppliesQuery,
  SurgeParams,
  TimedSchedule,
  TimedSchedules,
} from '../../http/contract/policy.ts'
import { NoContent, type Route, route } from '../../http/route.ts'
import { workbook } from '../../http/workbook.ts'
import type { Sheets } from '../../ports/sheets.ts'
import { complexId, uuid } from '../../shared/ids.ts'
import { once } from '../../work/request.ts'
import type { ControlDeps } from '../commands.ts'
import { darkRows } from './dark-sheet.ts'
import { darkView } from './dark-view.ts'
import { interlockShown } from './interlock-view.ts'
import { policyShown, savePolicy, saveSupplyPolicy } from './save.ts'
import { saveSchedule, schedulesShown } from './schedules.ts'
import { suppliesNow } from './supplies-view.ts'
import { releaseSurge } from './surge.ts'

type Deps = ControlDeps & { sheets: Sheets }

const policyRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/power-policy',
    permission: 'command.view',
    summary: { zh: '供电策略', en: 'The power policy of a complex' },
    query: PolicyQuery,
    answer: PowerPolicy,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) =>
        policyShown(tx, (await namedComplex(tx, query.complexId)).complexId),
      ),
  }),
  route({
    method: 'POST',
    path: '/api/v1/power-policy',
    permission: 'policy.edit',
    once: true,
    audited: true,
    confirmed: true,
    summary: { zh: '设定供电策略', en: 'Set the power policy of a complex' },
    body: NewPowerPolicy,
    answer: PowerPolicy,
    handler: async ({ scope, requestId }, { body }) => {
      const { complexId: id, ...content } = body
      const complex = await deps.db.as(scope, (tx) => namedComplex(tx, id))
      const name = {
        ...{ complexId: complex.complexId, requestId: requestId() },
        ...{ operation: 'powerPolicy.save', content },
      }
      return once(deps.db, scope, name, (tx) =>
        savePolicy(tx, deps.ids, complex.complexId, content),
      )
    },
  }),
]

const supplyRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/power-policy/supplies',
    permission: 'account.view',
    summary: { zh: '各户策略现状', en: 'What the policy does about each supply now, and why' },
    query: SuppliesQuery,
    answer: SuppliesNow,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const complex = await namedComplex(tx, query.complexId)
        const asked = { match: query.match, search: query.search?.trim() ?? '' }
        return suppliesNow(tx, deps, complex.complexId, asked)
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/power-policy/supplies/:id',
    permission: 'policy.edit',
    once: true,
    audited: true,
    confirmed: true,
    summary: { zh: '设定单户供电策略', en: 'Set what one supply has otherwise' },
    params: ScheduleParams,
    body: NewSupplyPolicy,
    answer: NoContent,
    handler: async ({ scope, requestId }, { params, body }) => {
      const { complexId: id, ...content } = body
      const complex = await deps.db.as(scope, (tx) => namedComplex(tx, id))
      const name = {
        ...{ complexId: complex.complexId, requestId: requestId() },
        ...{ operation: 'powerPolicy.saveSupply', content: { ...content, supply: params.id } },
      }
      return once(deps.db, scope, name, async (tx) => {
        await saveSupplyPolicy(tx, deps.ids, complex.complexId, params.id, content)
        return null
      })
    },
  }),
]

const darkRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/power-policy/dark',
    permission: 'account.view',
    summary: { zh: '谁会停电', en: 'Who goes dark by a day if nobody pays' },
    query: DarkQuery,
    answer: DarkForecast,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const complex = await namedComplex(tx, query.complexId)
        const asked = { until: query.until ?? null, all: query.all === true }
        return darkView(tx, deps, complex.complexId, asked)
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/power-policy/dark/sheet',
    permission: 'account.view',
    summary: { zh: '导出停电预测（xlsx）', en: 'Who goes dark, as a workbook' },
    query: DarkQuery,
    answer: DarkSheet,
    handler: async ({ scope, language }, { query }) => {
      const { items, untilDay } = await deps.db.as(scope, async (tx) => {
        const complex = await namedComplex(tx, query.complexId)
        const asked = { until: query.until ?? null, all: query.all === true }
        return darkView(tx, deps, complex.complexId, asked)
      })
      const name = language === 'zh' ? '停电预测' : 'Who goes dark'
      return workbook(deps.sheets, darkRows(items, language), name, `${name} ${untilDay}`)
    },
  }),
]

const interlockRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/interlock',
    permission: 'command.view',
    summary: { zh: '联锁状态', en: 'The interlock: what is stopped, and why' },
    query: PolicyQuery,
    answer: InterlockNow,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) =>
        interlockShown(tx, (await namedComplex(tx, query.complexId)).complexId),
      ),
  }),
  route({
    method: 'POST',
    path: '/api/v1/interlock/:id/release',
    permission: 'interlock.release',
    audited: true,
    confirmed: true,
    summary: { zh: '解除联锁', en: 'Release a surge: its meters may be tripped' },
    params: SurgeParams,
    body: ReleaseSurge,
    answer: InterlockNow,
    handler: async ({ scope }, { params, body }) =>
      deps.db.as(scope, async (tx) => {
        const complex = await namedComplex(tx, body.complexId)
        await releaseSurge(tx, deps.ids, complex.complexId, uuid(params.id), body.reason)
        return interlockShown(tx, complex.complexId)
      }),
  }),
]

const timedRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/timed-schedules',
    permission: 'command.view',
    summary: { zh: '分时控制', en: 'Timed schedules with their circuits and next switch' },
    query: PolicyQuery,
    answer: TimedSchedules,
    handler: ({ scope }, { query }) =>
      deps.db.as(scope, async (tx) =>
        schedulesShown(tx, deps, (await namedComplex(tx, query.complexId)).complexId),
      ),
  }),
  route({
    method: 'POST',
    path: '/api/v1/timed-schedules',
    permission: 'policy.edit',
    once: true,
    audited: true,
    confirmed: true,
    summary: { zh: '新建分时控制', en: 'Make a timed schedule' },
    body: SaveSchedule,
    answer: TimedSchedule,
    handler: async ({ scope, requestId }, { body }) => {
      const { complexId: id } = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      const name = {
        ...{ complexId: id, requestId: requestId() },
        ...{ operation: 'timedSchedule.make', content: body },
      }
      return once(deps.db, scope, name, (tx) => saveSchedule(tx, deps, id, null, body))
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/timed-schedules/:id',
    permission: 'policy.edit',
    audited: true,
    confirmed: true,
    summary: { zh: '修改分时控制', en: 'Change a timed schedule and its circuits' },
    params: ScheduleParams,
    body: SaveSchedule,
    answer: TimedSchedule,
    handler: async ({ scope }, { params, body }) =>
      deps.db.as(scope, async (tx) => {
        await namedComplex(tx, body.complexId)
        return saveSchedule(tx, deps, complexId(body.complexId), params.id, body)
      }),
  }),
]

export const powerPolicyRoutes = (deps: Deps): Route[] => [
  ...policyRoutes(deps),
  ...supplyRoutes(deps),
  ...darkRoutes(deps),
  ...interlockRoutes(deps),
  ...timedRoutes(deps),
]
