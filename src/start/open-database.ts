// The database at the start 数据库: bundled or the user's own, checked for durability, migrated, with
// the application's log-in and the month partitions of readings.

import type pg from 'pg'
import { ensureAppLogin, urlOfRole } from '../adapters/app-roles.ts'
import { assertDurable } from '../adapters/embedded-postgres/durability.ts'
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/launcher.ts'
import { migrate } from '../adapters/migrator.ts'
import { withClient } from '../adapters/one-client.ts'
import { refuseStart } from '../adapters/start-refusal.ts'
import type { Config } from '../config.ts'
import type { Ids, Rng } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { type Asking, currentMasterId, hasTable } from '../secrets/data-key-store.ts'
import { ensureFirstKeys, isRightMaster, loginSecret } from '../secrets/first-keys.ts'
import type { Masters } from '../secrets/masters.ts'

export type OpenedDatabase = {
  ownerUrl: string
  appUrl: string
  /** `appUrl` with the password as it is now: a rotation of keys changes it. */
  appUrlNow(): Promise<string>
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

const askingOn = (client: pg.Client): Asking => ({
  query: async (sql, params = []) => (await client.query(sql, [...params])).rows,
})

const refuseMaster = async (ask: Asking, masters: Masters): Promise<void> => {
  const wanted = (await hasTable(ask, 'data_key')) ? await currentMasterId(ask) : null
  const found = masters.all().map(({ id }) => id)
  refuseStart('master_key_wrong', { wanted: wanted ?? '?', found: found.join(', ') })
}

/** Refuses: master_key_wrong, before anything is changed. */
const loginPasswordOf = (ownerUrl: string, masters: Masters): Promise<string> =>
  withClient(ownerUrl, async (client) => {
    const ask = askingOn(client)
    if (!(await isRightMaster(ask, masters))) await refuseMaster(ask, masters)
    return (await loginSecret(ask, masters)).toString('base64url')
  })

const makeFirstKeys = (ownerUrl: string, masters: Masters, rng: Rng): Promise<void> =>
  withClient(ownerUrl, async (client) => {
    const ask = askingOn(client)
    await client.query('begin')
    const ok = await ensureFirstKeys(ask, masters, rng, 'now')
    await client.query('commit')
    if (!ok) await refuseMaster(ask, masters)
  })

/** Throws StartRefusal with every reason in both languages. */
export const openDatabase = async (
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  deps: { masters: Masters; rng: Rng; ids: Ids; log: Log },
): Promise<OpenedDatabase> => {
  const { log, masters } = deps
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
    const appUrl = await ensureAppLogin(ownerUrl, await loginPasswordOf(ownerUrl, masters))
    const applied = await migrate(ownerUrl, { onProgress: (name) => log.info(`migrate ${name}`) })
    if (applied.length > 0) log.info('migrated', { migrations: applied.length })
    await makeFirstKeys(ownerUrl, masters, deps.rng)
    const { username } = new URL(appUrl)
    const appUrlNow = async () =>
      urlOfRole(ownerUrl, username, await loginPasswordOf(ownerUrl, masters))
    const databaseId = await databaseIdOf(ownerUrl, deps.ids)
    return { ownerUrl, appUrl, appUrlNow, databaseId, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
