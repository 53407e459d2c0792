// The bundled PostgreSQL 自带数据库: found, initialised, started, kept alive and stopped, so that
// `npm start` needs no database server. A kill -9 of us, of it, or of both leaves nothing that
// keeps the next start from working.

import type { ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { withClient } from '../one-client.ts'
import { binariesFor, nativeFolder, type PostgresVersion } from './binaries.ts'
import { lockFolder } from './folder-lock.ts'
import { choosePlace, clusterOf, socketFolderFor } from './folders.ts'
import { initialise, OWNER, ownerPassword } from './initialise.ts'
import { hasEnded, type Launch, launchServer, pidOf } from './launch.ts'
import { servingPostmaster, stopPostmaster } from './postmaster.ts'

export type EmbeddedOptions = {
  /** PREWATT_DATA; the cluster lies in `postgres` below it. */
  dataDir: string
  version?: PostgresVersion
  /** False only for test clusters: fast, and lost with the first power cut. */
  durable: boolean
  log: (line: string) => void
  /** Binaries other than those in node_modules. */
  native?: string
}

export type EmbeddedPostgres = {
  /** Address of the database `prewatt` as its superuser, over the socket. */
  readonly ownerUrl: string
  /** As the server tells it, such as `18.4`. */
  readonly version: string
  /** The postmaster now; another one after an unexpected end. */
  readonly pid: number
  stop(): Promise<void>
}

const DATABASE = 'prewatt'
const NEWEST: PostgresVersion = 18
const RELAUNCH_PAUSE_MS = 200
const RELAUNCH_PAUSE_MS_MAX = 10_000

const urlOf = (socketFolder: string, password: string): string =>
  `postgresql://${OWNER}:${password}@localhost:5432/${DATABASE}` +
  `?host=${encodeURIComponent(socketFolder)}`

/** The same address with another database. */
export const urlOfDatabase = (url: string, database: string): string => {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}

const ensureDatabase = (ownerUrl: string): Promise<string> =>
  withClient(urlOfDatabase(ownerUrl, 'postgres'), async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`)
    const shown = await client.query("select current_setting('server_version') as version")
    return String(shown.rows[0]?.version)
  })

type Kept = { pid(): number; stop(): Promise<void> }

/** Launches again whenever the server ends without being asked to, with growing pauses. */
const keepAlive = (launch: Launch, first: ChildProcess): Kept => {
  let child = first
  let stopping = false
  let relaunched: Promise<void> = Promise.resolve()

  const relaunch = async (): Promise<void> => {
    let pauseMs = RELAUNCH_PAUSE_MS
    while (!stopping) {
      await pause(pauseMs)
      if (stopping) return
      pauseMs = Math.min(pauseMs * 2, RELAUNCH_PAUSE_MS_MAX)
      try {
        child = await launchServer(launch)
        launch.log(`PostgreSQL runs again (process ${pidOf(child)})`)
        return watch()
      } catch (error) {
        // It may succeed once a full disk is cleared or memory is free: say so and try again.
        launch.log(error instanceof Error ? error.message : String(error))
      }
    }
  }
  const onEnd = (): void => {
    if (stopping) return
    launch.log(`PostgreSQL ended unexpectedly (${child.signalCode ?? child.exitCode})`)
    relaunched = relaunch()
  }
  const watch = (): void => {
    if (hasEnded(child)) onEnd()
    else child.once('exit', onEnd)
  }
  watch()
  return {
    pid: () => pidOf(child),
    stop: async () => {
      stopping = true
      await relaunched
      await stopPostmaster(pidOf(child), launch.place.cluster)
    },
  }
}

/**
 * Starts the bundled server on the data folder, making the cluster when there is none.
 * Throws StartRefusal; the data folder is then free again.
 */
export const startEmbeddedPostgres = async (
  options: EmbeddedOptions,
): Promise<EmbeddedPostgres> => {
  const { version = NEWEST, durable, log } = options
  const place = await choosePlace(options.dataDir, log)
  const lock = await lockFolder(place.cluster, log)
  try {
    const native = options.native ?? nativeFolder(version)
    const binaries = await binariesFor(native, place.runAs, place.home, log)
    await initialise(place, binaries, { version, durable })
    const socketFolder = await socketFolderFor(place)
    const launch = { place, binaries, socketFolder, durable, log }
    const kept = keepAlive(launch, await launchServer(launch))
    const ownerUrl = urlOf(socketFolder, (await ownerPassword(place.cluster)) ?? '')
    const told = await ensureDatabase(ownerUrl).catch(async (error: unknown) => {
      await kept.stop()
      throw error
    })
    return {
      ownerUrl,
      version: told,
      get pid() {
        return kept.pid()
      },
      stop: async () => {
        await kept.stop()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** The server another process of ours runs on this data folder, for tools beside the centre. */
export const runningEmbeddedPostgres = async (
  dataDir: string,
): Promise<{ ownerUrl: string } | null> => {
  const cluster = await clusterOf(dataDir)
  const serving = cluster && (await servingPostmaster(cluster))
  const password = cluster && (await ownerPassword(cluster))
  return serving && password ? { ownerUrl: urlOf(serving.socketFolder, password) } : null
}
