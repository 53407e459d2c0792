// The ledger for other programs 账务导出: a journal that hledger balances by itself, and CSV. One state
// of the database from begin to end.

import { type Db, systemScope } from '../ports/database.ts'
import { rfc3339 } from '../shared/clock.ts'
import { formulaAsText } from '../shared/formula-text.ts'
import type { ComplexId } from '../shared/ids.ts'
import { complexIds } from './audit-store.ts'
import { type ExportedPosting, postingsAfter } from './export-store.ts'
import { fen, yuanText } from './money.ts'

export const EXPORT_FORMATS = ['hledger', 'csv'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

const POSTINGS_AT_ONCE = 1_000
const COMMODITY = 'CNY'

type Writer = {
  head: string
  posting(complex: ComplexId, posting: ExportedPosting): string
}

/** One line, without the signs that hledger reads as the start of a comment or a code. */
const plainText = (text: string): string => text.replaceAll(/[\r\n;|()]+/g, ' ').trim()

const journal: Writer = {
  head: `; 金额单位：元 / amounts in yuan\ncommodity 1000.00 ${COMMODITY}\n\n`,
  posting: (complex, posting) => {
    const about = [posting.kind, plainText(posting.reason)].filter(Boolean).join(' | ')
    const lines = posting.lines.map(
      ([path, amount]) =>
        `    complex-${complex}:${path.replaceAll('/', ':')}  ` +
        `${yuanText(fen(amount))} ${COMMODITY}`,
    )
    return `${posting.date} * (${posting.postingId}) ${about}\n${lines.join('\n')}\n\n`
  },
}

const cell = (value: string | number | null): string => {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = formulaAsText(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const csv: Writer = {
  head: 'complex,posting,request,kind,date,at,operator,reason,reverses,line,account,fen\r\n',
  posting: (complex, posting) => {
    const { postingId, requestId, kind, date, operator, reason, reverses } = posting
    const at = rfc3339(posting.at, 'utc')
    const about = [complex, postingId, requestId, kind, date, at, operator, reason, reverses]
    return posting.lines
      .map(([path, amount], index) => [...about, index + 1, path, amount].map(cell).join(','))
      .map((line) => `${line}\r\n`)
      .join('')
  },
}

const WRITERS: Record<ExportFormat, Writer> = { hledger: journal, csv }

/** Writes every posting of one complex, or of all, piece by piece. */
export const exportLedger = async (
  db: Db,
  wanted: { format: ExportFormat; complex: ComplexId | null },
  write: (text: string) => void,
): Promise<void> => {
  const writer = WRITERS[wanted.format]
  write(writer.head)
  await db.as(
    systemScope('export'),
    async (tx) => {
      const complexes = wanted.complex === null ? await complexIds(tx) : [wanted.complex]
      for (const complex of complexes) {
        let after: string | null = null
        for (;;) {
          const page: ExportedPosting[] = await postingsAfter(tx, complex, after, POSTINGS_AT_ONCE)
          write(page.map((posting) => writer.posting(complex, posting)).join(''))
          after = page.at(-1)?.postingId ?? null
          if (page.length < POSTINGS_AT_ONCE) break
        }
      }
    },
    'snapshot',
  )
}
