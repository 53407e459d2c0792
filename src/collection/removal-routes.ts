// Routes that take out of the registers what was entered wrongly 删除误录的设备.

import { Type } from 'typebox'
import { WithinQuery } from '../http/contract/asking.ts'
import { Id } from '../http/contract.ts'
import { NoContent, type Route, route } from '../http/route.ts'
import type { Db, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { type ComplexId, deviceId, gatewayId, meterId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Words } from '../shared/words.ts'
import { removeDevice, removeGateway, removeInstallation, removeMeter } from './removals.ts'

type Deps = { db: Db; ids: Ids }

/** The complex of a row that is named by its id alone. Refuses: not_found. */
const complexOf = async (
  tx: Tx,
  table: 'gateway' | 'device' | 'meter',
  id: number,
  within: number | null,
): Promise<ComplexId> => {
  const rows = await tx.query<{ complexId: ComplexId }>(
    `select complex_id as "complexId" from ${table}
     where ${table}_id = $1 and ($2::integer is null or complex_id = $2)`,
    [id, within],
  )
  const row = rows[0]
  if (!row) throw new Refusal('not_found', { [`${table}Id`]: id })
  return row.complexId
}

const removing = (
  deps: Deps,
  path: string,
  summary: Words,
  act: (tx: Tx, id: number, within: number | null) => Promise<unknown>,
): Route =>
  route({
    method: 'DELETE',
    path,
    permission: 'register.edit',
    audited: true,
    summary,
    params: Type.Object({ id: Id }),
    query: WithinQuery,
    answer: NoContent,
    handler: ({ scope }, { params, query }) =>
      deps.db.as(scope, async (tx) => {
        await act(tx, params.id, query.complexId ?? null)
        return null
      }),
  })

export const removalRoutes = (deps: Deps): Route[] => [
  removing(
    deps,
    '/api/v1/gateways/:id',
    { zh: '删除没有装置的通讯管理机', en: 'Remove a gateway without devices' },
    async (tx, id, within) => {
      const complexId = await complexOf(tx, 'gateway', id, within)
      await removeGateway(tx, deps, { complexId, gatewayId: gatewayId(id) })
    },
  ),
  removing(
    deps,
    '/api/v1/devices/:id',
    { zh: '删除没有电表的装置', en: 'Remove a device without meters' },
    async (tx, id, within) => {
      const complexId = await complexOf(tx, 'device', id, within)
      await removeDevice(tx, deps, { complexId, deviceId: deviceId(id) })
    },
  ),
  removing(
    deps,
    '/api/v1/meters/:id',
    { zh: '删除没有历史的电表', en: 'Remove a meter without history' },
    async (tx, id, within) => {
      const complexId = await complexOf(tx, 'meter', id, within)
      await removeMeter(tx, deps, { complexId, meterId: meterId(id) })
    },
  ),
  removing(
    deps,
    '/api/v1/installations/:id',
    { zh: '撤销误录的装表', en: 'Take back an installation entered wrongly' },
    (tx, id, within) => removeInstallation(tx, deps, id, within),
  ),
]
