// `prewatt ledger export` 账务导出: the books as an hledger journal or CSV, on standard output.

import type { Config } from '../config.ts'
import { EXPORT_FORMATS, type ExportFormat, exportLedger } from '../ledger/export.ts'
import { type ComplexId, complexId } from '../shared/ids.ts'
import { withBooks } from './with-books.ts'

export type ExportArgs = { format: ExportFormat; complex: ComplexId | null }

const optionOf = (args: readonly string[], name: string): string | null => {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  if (at === -1) return null
  return args[at]?.split('=')[1] ?? args[at + 1] ?? ''
}

/** Null where an argument is none of ours. */
export const exportArgs = (args: readonly string[]): ExportArgs | null => {
  const wanted = optionOf(args, '--format') ?? 'hledger'
  const format = EXPORT_FORMATS.find((each) => each === wanted)
  const complex = optionOf(args, '--complex')
  if (!format || (complex !== null && !/^[1-9]\d{0,8}$/.test(complex))) return null
  return { format, complex: complex === null ? null : complexId(Number(complex)) }
}

export const ledgerExport = (
  config: Config,
  args: ExportArgs,
  write: (text: string) => void,
): Promise<void> => withBooks(config, (db) => exportLedger(db, args, write))
