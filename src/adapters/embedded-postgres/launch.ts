// One launch of the server 启动一次: settings written, process started, waited for until it takes
// connections. Its first words go to start.log in the cluster, later ones to the log folder.

import type { ChildProcess } from 'node:child_process'
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { must } from '../../shared/assert.ts'
import { orNullOn } from '../error-code.ts'
import { refuseStart } from '../start-refusal.ts'
import type { Binaries } from './binaries.ts'
import type { Place } from './folders.ts'
import { SETTINGS_FILE } from './initialise.ts'
import { readPostmaster, settleOldPostmaster } from './postmaster.ts'
import { giveTo, spawnAs } from './run-as.ts'
import { settingsText } from './settings.ts'

export type Launch = {
  place: Place
  binaries: Binaries
  socketFolder: string
  durable: boolean
  log: (line: string) => void
}

const START_LOG = 'start.log'
const DETAIL_CHARS_MAX = 2_000
const LOG_FILES_KEPT = 10
const LOOK_EVERY_MS = 10
const REPORT_EVERY_MS = 10_000
const READY_WITHIN_MS = 30 * 60_000
const LEFTOVERS_END_WITHIN_MS = 20_000
const LEFTOVERS_LOOK_EVERY_MS = 200

export const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined

const logFiles = async (cluster: string): Promise<string[]> => {
  const folder = join(cluster, 'log')
  const names = (await orNullOn(['ENOENT'], readdir(folder))) ?? []
  return names.sort().map((name) => join(folder, name))
}

// Files are cut at 10 MB by the server; it never removes any.
const pruneLogs = async (cluster: string): Promise<void> => {
  for (const old of (await logFiles(cluster)).slice(0, -LOG_FILES_KEPT)) {
    await rm(old, { force: true })
  }
}

const lastWords = async (cluster: string): Promise<string> => {
  const newest = (await logFiles(cluster)).at(-1)
  const files = [join(cluster, START_LOG), ...(newest ? [newest] : [])]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  return texts.join('\n').trim()
}

const writeSettings = async ({ place, socketFolder, durable }: Launch): Promise<void> => {
  const file = join(place.cluster, SETTINGS_FILE)
  await writeFile(file, settingsText({ socketFolder, durable }), { mode: 0o600 })
  await giveTo(place.runAs, file)
}

const spawnServer = async ({ place, binaries }: Launch): Promise<ChildProcess> => {
  const path = join(place.cluster, START_LOG)
  const handle = await open(path, 'w', 0o600)
  await giveTo(place.runAs, path)
  const child = spawnAs(place.runAs, binaries.postgres, ['-D', place.cluster], {
    whenWeDie: 'INT',
    cwd: place.home,
    stdio: ['ignore', handle.fd, handle.fd],
  })
  child.once('error', () => {})
  await handle.close()
  return child
}

/** Null once the server takes connections, else what it said before it ended. */
const waitUntilReady = async (child: ChildProcess, launch: Launch): Promise<string | null> => {
  const { cluster } = launch.place
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    if (hasEnded(child)) {
      return (await lastWords(cluster)) || `exit ${child.exitCode ?? child.signalCode}`
    }
    const file = await readPostmaster(cluster)
    if (file?.ready && file.pid === child.pid) return null
    if (waitedMs > 0 && waitedMs % REPORT_EVERY_MS === 0) {
      launch.log('PostgreSQL is still recovering from its log …')
    }
    await pause(LOOK_EVERY_MS)
  }
  return `not ready within ${READY_WITHIN_MS} ms`
}

/** Starts the server. Refuses: database_did_not_start. */
export const launchServer = async (launch: Launch): Promise<ChildProcess> => {
  const { cluster } = launch.place
  await settleOldPostmaster(cluster, launch.log)
  await pruneLogs(cluster)
  await writeSettings(launch)
  let said = ''
  for (let waitedMs = 0; waitedMs < LEFTOVERS_END_WITHIN_MS; waitedMs += LEFTOVERS_LOOK_EVERY_MS) {
    const child = await spawnServer(launch)
    const failure = await waitUntilReady(child, launch)
    if (failure === null) return child
    said = failure
    // Backends of a killed postmaster need a moment to notice; PostgreSQL refuses beside them.
    if (!said.includes('pre-existing shared memory block')) break
    await pause(LEFTOVERS_LOOK_EVERY_MS)
  }
  return refuseStart('database_did_not_start', { detail: said.slice(-DETAIL_CHARS_MAX) })
}

/** The pid of a server that was launched. */
export const pidOf = (child: ChildProcess): number => must(child.pid, 'a launched server has a pid')
