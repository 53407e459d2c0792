// Routes of one complex 综合体: made, read with its defaults, changed.

import { Type } from 'typebox'
import { ComplexChange, ComplexDetail, NewComplex } from '../http/contract/registers.ts'
import { Id } from '../http/contract.ts'
import { type Route, route } from '../http/route.ts'
import type { Db, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { complexById } from './complex-store.ts'
import { changeComplex, makeComplex, STANDARD_DEFAULTS } from './complexes.ts'

/** Refuses: not_found. */
const shown = async (tx: Tx, id: number): Promise<ComplexDetail> => {
  const found = await complexById(tx, id)
  if (!found) throw new Refusal('not_found', { complexId: id })
  return { ...found, defaults: found.defaults ?? STANDARD_DEFAULTS, standards: STANDARD_DEFAULTS }
}

const params = Type.Object({ id: Id })

export const complexRoutes = (deps: { db: Db; ids: Ids }): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/complexes',
    permission: 'register.edit',
    audited: true,
    summary: { zh: '新建综合体', en: 'Make a complex' },
    body: NewComplex,
    answer: ComplexDetail,
    handler: ({ scope }, { body }) =>
      deps.db.as(scope, async (tx) => shown(tx, await makeComplex(tx, deps, body))),
  }),
  route({
    method: 'GET',
    path: '/api/v1/complexes/:id',
    permission: 'register.view',
    summary: { zh: '综合体档案与默认参数', en: 'One complex and its default parameters' },
    params,
    answer: ComplexDetail,
    handler: ({ scope }, { params: { id } }) => deps.db.as(scope, (tx) => shown(tx, id)),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/complexes/:id',
    permission: 'register.edit',
    audited: true,
    summary: { zh: '修改综合体档案与默认参数', en: 'Change a complex and its default parameters' },
    params,
    body: ComplexChange,
    answer: ComplexDetail,
    handler: ({ scope }, { params: { id }, body }) =>
      deps.db.as(scope, async (tx) => {
        await changeComplex(tx, deps, id, body)
        return shown(tx, id)
      }),
  }),
]
