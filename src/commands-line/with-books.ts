// The books for a command 打开账本: beside a running centre its database, else the embedded one started
// for as long as the command takes.

import { connectDatabase } from '../adapters/database.ts'
import {
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../adapters/embedded-postgres/launcher.ts'
import { systemClock, systemRng } from '../adapters/system.ts'
import type { Config } from '../config.ts'
import type { Db } from '../ports/database.ts'

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

export const withBooks = async <A>(config: Config, run: (db: Db) => Promise<A>): Promise<A> => {
  const opened = await open(config)
  const db = connectDatabase({ url: opened.url, clock: systemClock, rng: systemRng, poolMax: 1 })
  try {
    return await run(db)
  } finally {
    await db.close()
    await opened.stop()
  }
}
