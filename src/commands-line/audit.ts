// `prewatt audit` 审计: checks every invariant that the data can show, names what breaks it and
// where, and says what was checked.

import { systemFiles } from '../adapters/files.ts'
import { listFolderIfAny } from '../adapters/list-folder.ts'
import type { Config } from '../config.ts'
import { auditBooks } from '../ledger/audit.ts'
import { auditRoots, type RootsAudited } from '../ledger/audit-roots.ts'
import { type ChainSize, chainSize, complexIds } from '../ledger/audit-store.ts'
import type { Finding } from '../ledger/finding.ts'
import { publicKeyIn } from '../ledger/roots.ts'
import { type Db, systemScope } from '../ports/database.ts'
import { instant, rfc3339 } from '../shared/clock.ts'
import { withBooks } from './with-books.ts'

export const EXIT = { sound: 0, found: 1, notChecked: 2 } as const
export type Audited = { exit: (typeof EXIT)[keyof typeof EXIT]; text: string }

type Checked = { complexes: number; size: ChainSize; roots: RootsAudited }

const findingLine = (f: Finding): string =>
  `${f.invariant} complex ${f.complexId} ${f.what}: ${f.zh} / ${f.en}`

const checkedLines = ({ complexes, size, roots }: Checked): string[] => {
  const { postings, audits } = size
  const last = roots.lastAt === null ? '' : rfc3339(instant(roots.lastAt), 'UTC')
  return [
    `已核对：综合体 ${complexes} 个，凭证 ${postings} 张，日志 ${audits} 条，` +
      `签名根 ${roots.roots} 行${last && `（最近 ${last}）`}`,
    `checked: ${complexes} complexes, ${postings} postings, ${audits} audit rows, ` +
      `${roots.roots} signed roots${last && `, the newest of ${last}`}`,
    ...(roots.roots > 0
      ? []
      : [
          '注意：数据目录中没有签名根，整条链被改写将无法发现',
          'note: no signed roots in the data folder: a chain rewritten as a whole would not show',
        ]),
  ]
}

const ADVICE = [
  '请勿修改数据库；备份数据库与数据目录，保留此输出，并与异地保存的签名根核对',
  'Change nothing in the database: back it up with the data folder, keep this output, and ' +
    'compare with the signed roots kept elsewhere',
]

/** The command's words and exit code for what was found. */
export const auditText = (findings: readonly Finding[], checked: Checked): Audited => {
  const lines = checkedLines(checked)
  if (findings.length === 0)
    return {
      exit: EXIT.sound,
      text: ['账务与审计链完好 / the books and the chains are sound', ...lines].join('\n'),
    }
  const count = `发现 ${findings.length} 处问题 / ${findings.length} found`
  const text = [count, ...findings.map(findingLine), ...lines, ...ADVICE].join('\n')
  return { exit: EXIT.found, text }
}

const sizeOf = async (db: Db): Promise<{ complexes: number; size: ChainSize }> => {
  const all = await db.as(systemScope('audit'), complexIds)
  const size = { postings: 0, audits: 0 }
  for (const complex of all) {
    const one = await db.as(systemScope('audit', [complex]), (tx) => chainSize(tx, complex))
    size.postings += one.postings
    size.audits += one.audits
  }
  return { complexes: all.length, size }
}

/** Works beside a running centre, each complex from one snapshot, then against the signed roots. */
export const audit = async (config: Config): Promise<Audited> => {
  try {
    return await withBooks(config, async (db) => {
      const { dataDir } = config
      const key = await publicKeyIn(dataDir, systemFiles)
      const books = await auditBooks(db)
      const at = { dataDir, files: systemFiles, list: listFolderIfAny, key }
      const roots = await auditRoots(db, at)
      return auditText([...books, ...roots.findings], { ...(await sizeOf(db)), roots })
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { exit: EXIT.notChecked, text: `未能核对 / could not be checked: ${why}` }
  }
}
