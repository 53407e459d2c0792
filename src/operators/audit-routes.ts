// Routes of the audit log 操作日志: to be searched and taken along.

import { Type } from 'typebox'
import { namedComplex } from '../http/complex-store.ts'
import { AuditExportQuery, AuditItem, AuditQuery } from '../http/contract/audit.ts'
import { listOf } from '../http/contract.ts'
import { beforeUuid, pageOf } from '../http/cursor.ts'
import { type Route, route, sheetRoute } from '../http/route.ts'
import type { Db, Tx } from '../ports/database.ts'
import { type Day, day, dayAfter, dayBegins, type Instant, rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { Language } from '../shared/words.ts'
import { actionWords } from './audit-actions.ts'
import { type AuditFilter, type AuditRow, listAudit } from './audit-read-store.ts'
import { subjectNames } from './audit-subjects-store.ts'

const EXPORT_ROWS_MAX = 50_000

type Asked = {
  operatorId?: number | undefined
  action?: string | undefined
  subject?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

const midnight = (of: Day, zone: string): Instant => dayBegins(of, zone, 0)

const filterOf = (asked: Asked, zone: string): AuditFilter => ({
  operatorId: asked.operatorId ?? null,
  action: asked.action || null,
  subject: asked.subject || null,
  since: asked.from === undefined ? null : midnight(day(asked.from), zone),
  until: asked.to === undefined ? null : midnight(dayAfter(day(asked.to)), zone),
})

type Names = ReadonlyMap<string, string>

const itemOf = ({ at, ...row }: AuditRow, zone: string, names: Names) => ({
  ...row,
  at: rfc3339(at, zone),
  title: actionWords(row.action),
  subjectName: names.get(row.subject) ?? null,
})

const namesFor = (
  tx: Tx,
  complexId: ComplexId,
  rows: readonly AuditRow[],
  language: Language,
): Promise<Names> =>
  subjectNames(
    tx,
    complexId,
    rows.map(({ subject }) => subject),
    language,
  )

const HEADINGS: Record<Language, readonly string[]> = {
  zh: ['时间', '操作员', '用户名', '来源', '操作', '操作代码', '对象', '名称', '变更前', '变更后'],
  en: [
    ...['Time', 'Operator', 'User name', 'From', 'Act', 'Code', 'Subject', 'Name', 'Before'],
    'After',
  ],
}

const textOf = (value: unknown): string => (value === null ? '' : JSON.stringify(value))

const sheetOf = (rows: readonly AuditRow[], zone: string, language: Language, names: Names) => ({
  fileName: 'audit.csv',
  rows: [
    HEADINGS[language],
    ...rows.map((row) => [
      ...[rfc3339(row.at, zone), row.operator, row.username, row.from],
      ...[actionWords(row.action)[language], row.action],
      ...[row.subject, names.get(row.subject) ?? ''],
      ...[textOf(row.before), textOf(row.after)],
    ]),
  ],
})

export const auditRoutes = (deps: { db: Db }): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/audit',
    permission: 'audit.view',
    summary: { zh: '操作日志', en: 'The audit log, newest first' },
    query: AuditQuery,
    answer: listOf(AuditItem),
    handler: ({ scope, language }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const asked = { before: beforeUuid(query.cursor), limit: query.limit + 1 }
        const rows = await listAudit(tx, complexId, filterOf(query, zone), asked)
        const page = pageOf(rows, query.limit, (row) => row.auditId)
        const names = await namesFor(tx, complexId, page.items, language)
        return { ...page, items: page.items.map((row) => itemOf(row, zone, names)) }
      }),
  }),
  sheetRoute({
    method: 'GET',
    path: '/api/v1/audit/export',
    permission: 'audit.view',
    summary: { zh: '导出操作日志', en: 'The audit log as a file, the newest 50,000 rows' },
    params: Type.Object({}),
    query: AuditExportQuery,
    handler: ({ scope, language }, { query }) =>
      deps.db.as(scope, async (tx) => {
        const { complexId, zone } = await namedComplex(tx, query.complexId)
        const all = { before: null, limit: EXPORT_ROWS_MAX }
        const rows = await listAudit(tx, complexId, filterOf(query, zone), all)
        return sheetOf(rows, zone, language, await namesFor(tx, complexId, rows, language))
      }),
  }),
]
