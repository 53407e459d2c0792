// Routes of the service fee 服务费设置 that sales into meters take: seen by every seller, set by whoever
// sets prices. Sales before it stay as they were.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { ServiceFeeSetting, SetServiceFee } from '../http/contract/fees.ts'
import { Id } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId } from '../shared/ids.ts'
import { serviceFeeOf } from './service-fee.ts'

const PATH = '/api/v1/complexes/:id/service-fee'
const params = Type.Object({ id: Id })

const settingOf = async (tx: Tx, complexId: ComplexId, lock: boolean) => {
  const rows = await tx.query<{ fee: unknown }>(
    `select settings->'serviceFee' as fee from complex where complex_id = $1
     ${lock ? 'for no key update' : ''}`,
    [complexId],
  )
  return serviceFeeOf(rows[0]?.fee)
}

const write = async (tx: Tx, complexId: ComplexId, serviceFee: unknown): Promise<void> => {
  await tx.query(
    `update complex set settings = case when $2::jsonb = 'null' then settings - 'serviceFee'
       else settings || jsonb_build_object('serviceFee', $2::jsonb) end
     where complex_id = $1`,
    [complexId, JSON.stringify(serviceFee)],
  )
}

export const serviceFeeRoutes = (deps: { db: Db; ids: Ids }): Route[] => [
  route({
    method: 'GET',
    path: PATH,
    permission: 'register.view',
    summary: { zh: '服务费', en: 'The service fee that sales into meters take' },
    params,
    answer: ServiceFeeSetting,
    handler: ({ scope }, { params: { id } }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, id)
        return { complexId, serviceFee: await settingOf(tx, complexId, false) }
      }),
  }),
  route({
    method: 'PUT',
    path: PATH,
    permission: 'plan.edit',
    audited: true,
    summary: { zh: '设定服务费', en: 'Set the service fee that sales into meters take' },
    params,
    body: SetServiceFee,
    answer: ServiceFeeSetting,
    handler: ({ scope }, { params: { id }, body: { serviceFee } }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, id)
        const before = await settingOf(tx, complexId, true)
        await write(tx, complexId, serviceFee)
        await audit(tx, deps.ids, {
          complexId,
          action: 'complex.serviceFee',
          subject: `complex/${complexId}`,
          before: { serviceFee: before },
          after: { serviceFee },
        })
        return { complexId, serviceFee }
      }),
  }),
]
