// Routes of the registers in one workbook 档案导入导出: template, import with its progress, export.

import { Type } from 'typebox'
import { namedComplex } from '../../http/complex-store.ts'
import {
  ImportAnswer,
  ImportProgress,
  ImportQuery,
  REGISTERS,
  type Register,
  RegisterExportQuery,
  RegisterImport,
  RegisterTemplateQuery,
} from '../../http/contract/imports.ts'
import { FileAnswer } from '../../http/contract/sheets.ts'
import { UuidText } from '../../http/contract.ts'
import { type Route, route } from '../../http/route.ts'
import type { MeterModel } from '../../metering/meter-model/meter-model.ts'
import type { Sheets, WrittenSheet } from '../../ports/sheets.ts'
import type { Catalog } from '../../shared/catalog.ts'
import type { Language } from '../../shared/words.ts'
import { csvText } from '../csv.ts'
import { createProgress } from './progress.ts'
import { importRegisters, type RegisterImportDeps } from './run.ts'
import { exportedSheets, templateSheets } from './sheets-out.ts'
import { loadWorld } from './standing-store.ts'

export type RegisterRouteDeps = Omit<RegisterImportDeps, 'progress' | 'modelOf'> & {
  models: Catalog<MeterModel>
}

/** A file of 6 MB as text. */
const FILE_MAX_BYTES = 9 * 1024 * 1024
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

type Asked = { format: 'xlsx' | 'csv'; language: Language; register?: Register | undefined }

/** A .csv file holds one table: the meters, where none is named. */
const registersOf = ({ format, register }: Asked): readonly Register[] =>
  register !== undefined ? [register] : format === 'csv' ? ['meters'] : REGISTERS

const fileOf = async (
  sheets: Sheets,
  { format }: Asked,
  written: readonly WrittenSheet[],
  name: string,
): Promise<FileAnswer> => {
  const [table] = written
  if (format === 'csv' && table) {
    const text = csvText(table.rows.map((row) => row.map(String)))
    const base64 = Buffer.from(text).toString('base64')
    const fileName = `${name}-${table.name}.csv`
    return { fileName, mediaType: 'text/csv; charset=utf-8', base64 }
  }
  const bytes = await sheets.writeAll(written)
  return { fileName: `${name}.xlsx`, mediaType: XLSX, base64: bytes.toString('base64') }
}

const NAMES = {
  template: { zh: '档案模板', en: 'register-template' },
  all: { zh: '档案', en: 'registers' },
} as const

const fileRoutes = (deps: RegisterRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/import/template',
    permission: 'register.edit',
    summary: { zh: '档案导入模板', en: 'The template of the registers' },
    query: RegisterTemplateQuery,
    answer: FileAnswer,
    handler: async (_caller, { query }) => {
      const written = templateSheets(registersOf(query), query.language)
      const tables = query.format === 'csv' ? written.slice(1) : written
      return fileOf(deps.sheets, query, tables, NAMES.template[query.language])
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/import/export',
    permission: 'register.edit',
    summary: { zh: '导出全部档案', en: 'Export the registers' },
    query: RegisterExportQuery,
    answer: FileAnswer,
    handler: async ({ scope }, { query }) => {
      const breathe = () => deps.clock.sleep(0)
      const world = await deps.db.as(
        scope,
        async (tx) => {
          const { complexId } = await namedComplex(tx, query.complexId)
          return loadWorld(tx, complexId, breathe)
        },
        'snapshot',
      )
      const written = await exportedSheets(world, registersOf(query), query.language, breathe)
      return fileOf(deps.sheets, query, written, NAMES.all[query.language])
    },
  }),
]

export const registerImportRoutes = (given: RegisterRouteDeps): Route[] => {
  const progress = createProgress()
  const modelOf = (model: string) => given.models.get(model) ?? null
  const deps: RegisterImportDeps = { ...given, progress, modelOf }
  return [
    route({
      method: 'POST',
      path: '/api/v1/import',
      permission: 'register.edit',
      once: true,
      audited: true,
      bodyMaxBytes: FILE_MAX_BYTES,
      summary: { zh: '导入档案（工作簿或 csv）', en: 'Import the registers, all or nothing' },
      query: ImportQuery,
      body: RegisterImport,
      answer: ImportAnswer,
      handler: async ({ scope, requestId }, { query, body }) => {
        const { dryRun = false, progress: name } = query
        // A dry run writes nothing and needs no name that lasts.
        const named = dryRun ? deps.ids.uuid() : requestId()
        const { complexId } = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
        const cmd = { ...body, complexId, requestId: named, dryRun, progress: name }
        return importRegisters(deps, scope, cmd)
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/import/progress/:name',
      permission: 'register.edit',
      summary: { zh: '导入进度', en: 'How far an import is' },
      params: Type.Object({ name: UuidText }),
      answer: ImportProgress,
      handler: async ({ scope }, { params }) => progress.of(scope.operator, params.name),
    }),
    ...fileRoutes(given),
  ]
}
