// Routes of privacy 隐私: how long is kept what is about people, erasing who left, and all that is
// kept about one tenant.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import {
  Departed,
  DepartedQuery,
  Erased,
  EraseTenant,
  Retention,
} from '../http/contract/privacy.ts'
import { FileAnswer } from '../http/contract/sheets.ts'
import { Id, listOf } from '../http/contract.ts'
import { afterId, pageOf } from '../http/cursor.ts'
import { type Route, route } from '../http/route.ts'
import { workbook } from '../http/workbook.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Sheets } from '../ports/sheets.ts'
import type { Vault } from '../secrets/vault.ts'
import { rfc3339 } from '../shared/clock.ts'
import { tenantId } from '../shared/ids.ts'
import { maskedPhone } from '../shared/phone.ts'
import { once } from '../work/request.ts'
import { type DepartedRow, listDeparted } from './departed-store.ts'
import { eraseTenant, referenceOf } from './erase.ts'
import { everythingOf } from './everything.ts'
import { retentionOf, writeRetention } from './retention-store.ts'

export type PrivacyDeps = { db: Db; ids: Ids; vault: Vault; sheets: Sheets }

const MANAGE = 'privacy.manage'
const query = Type.Object({ complexId: Id })
const params = Type.Object({ id: Id })

const itemOf = (row: DepartedRow, zone: string): Departed => ({
  tenantId: row.tenantId,
  reference: referenceOf(row.tenantId),
  name: row.name,
  nameEn: row.nameEn,
  phoneMasked: maskedPhone(row.phoneHead, row.phoneTail),
  accountNos: row.accountNos,
  leftAt: rfc3339(row.leftAt, zone),
  dueAt: row.dueAt === null ? null : rfc3339(row.dueAt, zone),
  erasedAt: row.erasedAt === null ? null : rfc3339(row.erasedAt, zone),
})

const settingRoutes = (deps: PrivacyDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/privacy/retention',
    permission: MANAGE,
    summary: { zh: '保留期限', en: 'How long is kept what is about people' },
    query,
    answer: Retention,
    handler: ({ scope }, { query: { complexId } }) =>
      deps.db.as(scope, async (tx) =>
        retentionOf(tx, (await namedComplex(tx, complexId)).complexId),
      ),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/privacy/retention',
    permission: MANAGE,
    audited: true,
    summary: { zh: '设定保留期限', en: 'Set how long is kept what is about people' },
    body: Retention,
    answer: Retention,
    handler: ({ scope }, { body }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId } = await namedComplex(tx, body.complexId)
        const before = await retentionOf(tx, complexId)
        await writeRetention(tx, body)
        const subject = `complex/${complexId}`
        const action = 'privacy.retention'
        await audit(tx, deps.ids, { complexId, action, subject, before, after: body })
        return retentionOf(tx, complexId)
      }),
  }),
]

const tenantRoutes = (deps: PrivacyDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/privacy/departed',
    permission: MANAGE,
    summary: { zh: '已离场商户', en: 'Tenants who left, and when they are erased' },
    query: DepartedQuery,
    answer: listOf(Departed),
    handler: ({ scope }, { query: asked }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, asked.complexId)
        const rows = await listDeparted(tx, complexId, {
          search: (asked.search ?? '').trim() || null,
          before: afterId(asked.cursor) || null,
          limit: asked.limit + 1,
        })
        const page = pageOf(rows, asked.limit, (row) => row.tenantId)
        return { ...page, items: page.items.map((row) => itemOf(row, zone)) }
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/privacy/departed/:id/erase',
    permission: MANAGE,
    once: true,
    audited: true,
    confirmed: true,
    summary: { zh: '清除离场商户的个人信息', en: 'Erase a tenant who left; his money stays' },
    params,
    body: EraseTenant,
    answer: Erased,
    handler: async ({ scope, requestId }, { params: { id }, body }) => {
      const { complexId } = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
      const asked = { tenantId: tenantId(id), dryRun: body.dryRun === true }
      if (asked.dryRun) return deps.db.as(scope, (tx) => eraseTenant(tx, deps, complexId, asked))
      const name = { complexId, requestId: requestId(), operation: 'privacy.erase', content: asked }
      return once(deps.db, scope, name, (tx) => eraseTenant(tx, deps, complexId, asked))
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/privacy/tenants/:id/everything',
    permission: MANAGE,
    audited: true,
    summary: { zh: '导出某商户的全部信息', en: 'All that is kept about one tenant, as a workbook' },
    params,
    body: query,
    answer: FileAnswer,
    handler: async ({ scope, language }, { params: { id }, body }) => {
      const rows = await deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, body.complexId)
        return everythingOf(tx, deps, { complexId, zone, language }, tenantId(id))
      })
      const title = language === 'zh' ? '商户全部信息' : 'Everything'
      return workbook(deps.sheets, rows, title, `${title} ${referenceOf(tenantId(id))}`)
    },
  }),
]

export const privacyRoutes = (deps: PrivacyDeps): Route[] => [
  ...settingRoutes(deps),
  ...tenantRoutes(deps),
]
