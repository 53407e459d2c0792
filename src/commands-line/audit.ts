// `prewatt audit` 审计: checks every invariant the data can show and names what breaks it.

import { systemFiles } from '../adapters/files.ts'
import type { Config } from '../config.ts'
import { auditBooks, type Finding } from '../ledger/audit.ts'
import { auditRoots } from '../ledger/audit-roots.ts'
import { publicKeyIn } from '../ledger/roots.ts'
import { withBooks } from './with-books.ts'

const findingLine = (f: Finding): string =>
  `${f.invariant} complex ${f.complexId} ${f.what}: ${f.zh} / ${f.en}`

/** Works beside a running centre, each complex from one snapshot, then against the signed roots. */
export const audit = async (config: Config): Promise<{ ok: boolean; text: string }> =>
  withBooks(config, async (db) => {
    const { dataDir } = config
    const key = await publicKeyIn(dataDir, systemFiles)
    const findings = [
      ...(await auditBooks(db)),
      ...(await auditRoots(db, { dataDir, files: systemFiles, key })),
    ]
    return findings.length === 0
      ? { ok: true, text: '账务与审计链完好 / the books and the chains are sound' }
      : { ok: false, text: findings.map(findingLine).join('\n') }
  })
