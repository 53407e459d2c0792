// Routes of lists in bulk 批量: swaps of a renovation, accounts opened or imported, templates.

import type { OpeningDeps } from '../accounts/open.ts'
import { namedComplex } from '../http/complex-store.ts'
import { WithinQuery } from '../http/contract/asking.ts'
import { FileAnswer, SheetAnswer } from '../http/contract/sheets.ts'
import {
  AccountImportRequest,
  BulkOpenRequest,
  SwapBulkRequest,
  TemplateQuery,
} from '../http/contract/swap.ts'
import { type Route, route } from '../http/route.ts'
import { workbook } from '../http/workbook.ts'
import type { Scope } from '../ports/database.ts'
import { IMPORT_COLUMNS, OPEN_COLUMNS } from './account-columns.ts'
import { bulkOpen, importAccounts } from './accounts.ts'
import { csvText } from './csv.ts'
import type { ListDeps } from './listed.ts'
import { templateRows } from './sheet.ts'
import { SWAP_COLUMNS, swapBulk } from './swaps.ts'

export type ImportDeps = OpeningDeps & ListDeps

const TEMPLATES = {
  accounts: { columns: IMPORT_COLUMNS, zh: '用户导入', en: 'accounts' },
  'bulk-open': { columns: OPEN_COLUMNS, zh: '批量开户', en: 'bulk-open' },
  swaps: { columns: SWAP_COLUMNS, zh: '批量换表', en: 'swaps' },
} as const
const LISTS = ['accounts', 'bulk-open', 'swaps'] as const

/** A sheet of 6 MB as text, or 20,000 rows as JSON. */
const LIST_MAX_BYTES = 12 * 1024 * 1024

type Body = { complexId: number; dryRun?: boolean | undefined }
type Caller = { scope: Scope; requestId: () => string }

/** A dry run writes nothing and needs no name that lasts. */
const asked = async (deps: ImportDeps, { scope, requestId }: Caller, body: Body) => {
  const named = body.dryRun === true ? deps.ids.uuid() : requestId()
  const { complexId } = await deps.db.as(scope, (tx) => namedComplex(tx, body.complexId))
  return { complexId, requestId: named }
}

const templateRoute = (deps: ListDeps, list: (typeof LISTS)[number]): Route =>
  route({
    method: 'GET',
    path: `/api/v1/imports/${list}/template`,
    permission: 'account.view',
    summary: { zh: `模板：${TEMPLATES[list].zh}`, en: `The template of a list: ${list}` },
    query: TemplateQuery,
    answer: FileAnswer,
    handler: async (_caller, { query }) => {
      const { language, format } = query
      const template = TEMPLATES[list]
      const rows = templateRows(template.columns, language)
      const name = template[language]
      if (format === 'xlsx') return workbook(deps.sheets, rows, name)
      const base64 = Buffer.from(csvText(rows)).toString('base64')
      return { fileName: `${name}.csv`, mediaType: 'text/csv; charset=utf-8', base64 }
    },
  })

export const importRoutes = (deps: ImportDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/swaps/bulk',
    permission: 'meter.swap',
    once: true,
    audited: true,
    bodyMaxBytes: LIST_MAX_BYTES,
    summary: { zh: '项目改造批量换表', en: 'Swap many meters by sheet, all or nothing' },
    query: WithinQuery,
    body: SwapBulkRequest,
    answer: SheetAnswer,
    handler: async (caller, { body }) =>
      swapBulk(deps, caller.scope, { ...body, ...(await asked(deps, caller, body)) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/imports/accounts',
    permission: 'account.import',
    once: true,
    audited: true,
    bodyMaxBytes: LIST_MAX_BYTES,
    summary: { zh: '导入用户与期初余额', en: 'Import accounts with their opening balances' },
    query: WithinQuery,
    body: AccountImportRequest,
    answer: SheetAnswer,
    handler: async (caller, { body }) =>
      importAccounts(deps, caller.scope, { ...body, ...(await asked(deps, caller, body)) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/bulk-open',
    permission: 'account.import',
    once: true,
    audited: true,
    bodyMaxBytes: LIST_MAX_BYTES,
    summary: { zh: '批量开户', en: 'Open many accounts by sheet, all or nothing' },
    query: WithinQuery,
    body: BulkOpenRequest,
    answer: SheetAnswer,
    handler: async (caller, { body }) =>
      bulkOpen(deps, caller.scope, { ...body, ...(await asked(deps, caller, body)) }),
  }),
  ...LISTS.map((list) => templateRoute(deps, list)),
]
