// The route that hangs a meter on a point 装表.

import { namedComplex } from '../http/complex-store.ts'
import { MeterCollection, NewInstallation } from '../http/contract/collection.ts'
import { type Route, route } from '../http/route.ts'
import type { Db } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { meterId as meterIdOf } from '../shared/ids.ts'
import { once } from '../work/request.ts'
import { hangMeter } from './installations.ts'
import { meterCollection } from './meter-store.ts'

export const installationRoute = (deps: { db: Db; ids: Ids }): Route =>
  route({
    method: 'POST',
    path: '/api/v1/installations',
    permission: 'register.edit',
    once: true,
    audited: true,
    summary: { zh: '装表：电表挂到计量点', en: 'Hang a meter on a point' },
    body: NewInstallation,
    answer: MeterCollection,
    handler: async ({ scope, requestId }, { body }) => {
      const named = requestId()
      const { complexId, meterId, ...asked } = body
      const place = await deps.db.as(scope, (tx) => namedComplex(tx, complexId))
      const at = { ...place, meterId: meterIdOf(meterId) }
      const name = {
        complexId: place.complexId,
        requestId: named,
        operation: 'installation.create',
        content: body,
      }
      await once(deps.db, scope, name, (tx) => hangMeter(tx, deps, at, asked))
      const meter = await deps.db.as(scope, (tx) =>
        meterCollection(tx, at.meterId, place.complexId),
      )
      return must(meter, 'the meter hangs there')
    },
  })
