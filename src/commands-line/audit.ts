// `prewatt audit` 审计: checks every invariant the data can show and names what breaks it.

import { connectDatabase } from '../adapters/database.ts'
import {
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../adapters/embedded-postgres/launcher.ts'
import { systemClock, systemRng } from '../adapters/system.ts'
import type { Config } from '../config.ts'
import { auditBooks, type Finding } from '../ledger/audit.ts'

type Opened = { url: string; stop(): Promise<void> }

const open = async (config: Config): Promise<Opened> => {
  const nothing = async () => {}
  if (config.databaseUrl) return { url: config.databaseUrl, stop: nothing }
  const running = await runningEmbeddedPostgres(config.dataDir)
  if (running) return { url: running.ownerUrl, stop: nothing }
  const { dataDir } = config
  const started = await startEmbeddedPostgres({ dataDir, durable: true, log: () => {} })
  return { url: started.ownerUrl, stop: () => started.stop() }
}

const findingLine = (f: Finding): string =>
  `${f.invariant} complex ${f.complexId} ${f.what}: ${f.zh} / ${f.en}`

/** Works beside a running centre, from one snapshot. */
export const audit = async (config: Config): Promise<{ ok: boolean; text: string }> => {
  const opened = await open(config)
  const db = connectDatabase({ url: opened.url, clock: systemClock, rng: systemRng, poolMax: 1 })
  try {
    const findings = await auditBooks(db)
    return findings.length === 0
      ? { ok: true, text: '账务与审计链完好 / the books and the chains are sound' }
      : { ok: false, text: findings.map(findingLine).join('\n') }
  } finally {
    await db.close()
    await opened.stop()
  }
}
