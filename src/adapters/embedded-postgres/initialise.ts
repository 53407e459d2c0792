// Making a cluster 初始化: initdb works in a folder of another name, which takes the cluster's name
// only when everything is in it and on disk. So a cluster that exists is complete, and what a start
// killed half-way left behind is thrown away.

import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { orNullOn } from '../error-code.ts'
import { refuseStart } from '../start-refusal.ts'
import type { Binaries, PostgresVersion } from './binaries.ts'
import type { Place } from './folders.ts'
import { giveBackIfRestored, giveTo, spawnAs } from './run-as.ts'

export const OWNER = 'prewatt_owner'
export const SETTINGS_FILE = 'prewatt.conf'

const PASSWORD_FILE = 'prewatt_owner.password'
const PASSWORD_BYTES = 24
const DETAIL_CHARS_MAX = 2_000

/** The superuser's password, or null before the cluster exists. */
export const ownerPassword = (cluster: string): Promise<string | null> =>
  orNullOn(['ENOENT'], readFile(join(cluster, PASSWORD_FILE), 'utf8'))

// PostgreSQL 18 sorts by its own C.UTF-8, the same on every system; 15 has only the system's.
const localeArgs = (version: PostgresVersion): string[] =>
  version === 15
    ? ['--locale=C.UTF-8']
    : ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

const runInitdb = async (
  place: Place,
  binaries: Binaries,
  args: readonly string[],
): Promise<void> => {
  const child = spawnAs(place.runAs, binaries.initdb, args, {
    whenWeDie: 'KILL',
    cwd: place.home,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', (piece) => {
    said += String(piece)
  })
  const exit = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  if (exit === 0) return
  if (said.includes('could not look up effective user ID')) refuseStart('os_user_unknown')
  const detail = `${exit} ${said}`.trim().slice(0, DETAIL_CHARS_MAX)
  refuseStart('database_not_initialised', { detail })
}

const throwAwayHalfDone = async (cluster: string): Promise<void> => {
  const home = dirname(cluster)
  for (const name of await readdir(home)) {
    if (!name.startsWith(`${basename(cluster)}.new-`)) continue
    await rm(join(home, name), { recursive: true, force: true })
  }
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}

const clusterVersion = (cluster: string): Promise<string | null> =>
  orNullOn(['ENOENT'], readFile(join(cluster, 'PG_VERSION'), 'utf8'))

/** Makes the cluster when there is none. Refuses: database_not_initialised, data_folder_version. */
export const initialise = async (
  place: Place,
  binaries: Binaries,
  options: { version: PostgresVersion; durable: boolean },
): Promise<void> => {
  const { cluster, runAs } = place
  await throwAwayHalfDone(cluster)
  const found = (await clusterVersion(cluster))?.trim()
  if (found !== undefined) {
    if (found !== String(options.version)) {
      refuseStart('data_folder_version', { found, wanted: options.version })
    }
    await giveBackIfRestored(runAs, cluster)
    return
  }
  // Two names, so that an initdb that outlived its killed parent never meets this one.
  const half = `${cluster}.new-${randomBytes(4).toString('hex')}`
  const passwordFile = `${half}.password`
  await mkdir(half, { mode: 0o700 })
  const password = randomBytes(PASSWORD_BYTES).toString('hex')
  await writeFile(passwordFile, password, { mode: 0o600, flush: true })
  await giveTo(runAs, half)
  await giveTo(runAs, passwordFile)
  await runInitdb(place, binaries, [
    `--pgdata=${half}`,
    `--username=${OWNER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--data-checksums',
    '--encoding=UTF8',
    ...localeArgs(options.version),
    ...(options.durable ? [] : ['--no-sync']),
  ])
  await rename(passwordFile, join(half, PASSWORD_FILE))
  await appendFile(join(half, 'postgresql.conf'), `\ninclude '${SETTINGS_FILE}'\n`, { flush: true })
  await syncFolder(half)
  await rename(half, cluster)
  await syncFolder(dirname(cluster))
}
