// Routes of the settings that hold for a whole complex 全局抄表设置: how often is read, and clocks.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import {
  CollectionSettings,
  ComplexSettings,
  ComplexSettingsChange,
} from '../http/contract/collection.ts'
import { Id } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import { DEFAULT_CLOCK } from '../metering/rounds/clock-policy.ts'
import { DEFAULT_INTERVALS } from '../metering/rounds/poll-plan.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { refuseStale } from '../registers/refuse-stale.ts'
import { must } from '../shared/assert.ts'
import { complexSettings, writeComplexSettings } from './settings-store.ts'

const IdParams = Type.Object({ id: Id })
const NAMES = Object.keys(CollectionSettings.properties)
const MINUTE_MS = 60_000
const SECOND_MS = 1_000
const STANDARDS: ComplexSettings['standards'] = {
  statusIntervalMinutes: Math.round(DEFAULT_INTERVALS.statusMs / MINUTE_MS),
  energyIntervalMinutes: Math.round(DEFAULT_INTERVALS.energyMs / MINUTE_MS),
  clockCorrection: DEFAULT_CLOCK.mode,
  clockLimitSeconds: Math.round(DEFAULT_CLOCK.limitMs / SECOND_MS),
}
const PATH = '/api/v1/complexes/:id/settings'

export const settingsRoutes = (deps: { db: Db; ids: Ids }): Route[] => [
  route({
    method: 'GET',
    path: PATH,
    permission: 'register.view',
    summary: { zh: '综合体抄表设置', en: 'Collection settings of a complex' },
    params: IdParams,
    answer: ComplexSettings,
    handler: ({ scope }, { params }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, params.id)
        const settings = await complexSettings(tx, complexId, NAMES)
        return {
          complexId,
          settings: must(settings, 'the complex is there'),
          standards: STANDARDS,
        }
      }),
  }),
  route({
    method: 'PATCH',
    path: PATH,
    permission: 'register.edit',
    audited: true,
    summary: { zh: '修改综合体抄表设置', en: 'Change the collection settings of a complex' },
    params: IdParams,
    body: ComplexSettingsChange,
    answer: ComplexSettings,
    handler: ({ scope }, { params, body }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, params.id)
        const before = await complexSettings(tx, complexId, NAMES, { lock: true })
        if (body.seen) refuseStale({ settings: before }, { settings: body.seen })
        await writeComplexSettings(tx, complexId, NAMES, body.settings)
        const after = body.settings
        const subject = `complex/${complexId}`
        await audit(tx, deps.ids, { complexId, action: 'complex.change', subject, before, after })
        return { complexId, settings: after, standards: STANDARDS }
      }),
  }),
]
