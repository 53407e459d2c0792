// The database at the start 数据库: bundled or the user's own, checked for durability, migrated, with
// the application's log-in and the month partitions of readings.

import { ensureAppLogin } from '../adapters/app-roles.ts'
import { assertDurable } from '../adapters/embedded-postgres/durability.ts'
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/launcher.ts'
import { migrate } from '../adapters/migrator.ts'
import { withClient } from '../adapters/one-client.ts'
import type { Config } from '../config.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Vault } from '../secrets/vault.ts'

export type OpenedDatabase = {
  ownerUrl: string
  appUrl: string
  /** Names this database for ever; the simulator is bound to it. */
  databaseId: string
  stop(): Promise<void>
}

const databaseIdOf = (ownerUrl: string, ids: Ids): Promise<string> =>
  withClient(ownerUrl, async (client) => {
    await client.query(
      `insert into installation_id (database_id, created_at) values ($1, now())
       on conflict (only_row) do nothing`,
      [ids.uuid()],
    )
    const { rows } = await client.query('select database_id as id from installation_id')
    return String(rows[0]?.id)
  })

/** Throws StartRefusal with every reason in both languages. */
export const openDatabase = async (
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  deps: { vault: Vault; ids: Ids; log: Log },
): Promise<OpenedDatabase> => {
  const { log } = deps
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({
          dataDir: config.dataDir,
          durable: true,
          log: (line) => log.info(line),
        })
      : null
  const ownerUrl = embedded?.ownerUrl ?? config.databaseUrl ?? ''
  const stop = async () => embedded?.stop()
  try {
    const notices = await withClient(ownerUrl, (client) =>
      assertDurable(async (sql) => (await client.query(sql)).rows),
    )
    for (const notice of notices) log.warn(`${notice.zh} / ${notice.en}`)
    const password = deps.vault.derive('database-login').toString('base64url')
    const appUrl = await ensureAppLogin(ownerUrl, password)
    const applied = await migrate(ownerUrl, { onProgress: (name) => log.info(`migrate ${name}`) })
    if (applied.length > 0) log.info('migrated', { migrations: applied.length })
    return { ownerUrl, appUrl, databaseId: await databaseIdOf(ownerUrl, deps.ids), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
