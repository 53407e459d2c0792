// Where the cluster lies 数据库目录: `<data>/postgres`, unless the database user cannot get there
// (a data folder under /root, mode 700); then a folder under /var/lib/prewatt, named in
// `<data>/postgres.location`. Also the socket's folder, as a socket path may hold 107 bytes.

import { createHash, randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { orNullOn } from '../error-code.ts'
import { refuseStart } from '../start-refusal.ts'
import { canEnter, chooseRunAs, giveTo, isRoot, type RunAs } from './run-as.ts'

export type Place = {
  /** The data folder of PostgreSQL; may not exist yet. */
  cluster: string
  /** Its parent: we write there, the database user can enter it. */
  home: string
  runAs: RunAs
}

const FALLBACK_ROOT = '/var/lib/prewatt'
const CLUSTER_NAME = 'postgres'
const POINTER = 'postgres.location'
const SOCKET_NAME = '/.s.PGSQL.5432'
// sockaddr_un holds 108 bytes on Linux and 104 on macOS, both with the closing zero.
const SOCKET_PATH_BYTES_MAX = 103
const ANYONE_MAY_ENTER = 0o001

/** A folder we make ourselves may be entered whatever the umask says; what lies in it is closed. */
const makeFolder = async (path: string): Promise<void> => {
  const folder = resolve(path)
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    await chmod(made, (await stat(made)).mode | ANYONE_MAY_ENTER)
  }
}

const elsewhere = async (data: string, log: (line: string) => void): Promise<string> => {
  const home = join(FALLBACK_ROOT, randomBytes(6).toString('hex'))
  await makeFolder(home)
  await writeFile(join(home, 'belongs-to'), `${data}\n`)
  await writeFile(join(data, POINTER), `${home}\n`)
  log(`PostgreSQL cannot enter ${data}; its data lies in ${home} (named in ${POINTER})`)
  return home
}

const homeOf = async (data: string): Promise<string> => {
  const pointer = await orNullOn(['ENOENT'], readFile(join(data, POINTER), 'utf8'))
  return pointer?.trim() || data
}

/** The home that already holds or will hold this data folder's cluster; nothing is made. */
export const clusterOf = async (dataFolder: string): Promise<string | null> => {
  const data = await orNullOn(['ENOENT'], realpath(dataFolder))
  return data === null ? null : join(await homeOf(data), CLUSTER_NAME)
}

/** A closed data folder in a place that can be reached needs no more than the right to pass. */
const openForPassage = async (
  folder: string,
  runAs: RunAs,
  log: (line: string) => void,
): Promise<boolean> => {
  if (!(await canEnter(dirname(folder), runAs))) return false
  await chmod(folder, (await stat(folder)).mode | ANYONE_MAY_ENTER)
  log(`PostgreSQL runs as ${runAs.name} and may now pass through ${folder} (mode o+x)`)
  return true
}

/** Refuses: data_folder_unreachable, data_folder_not_ours, os_user_unknown. */
export const choosePlace = async (
  dataFolder: string,
  log: (line: string) => void,
): Promise<Place> => {
  await makeFolder(dataFolder)
  const data = await realpath(dataFolder)
  let home = await homeOf(data)
  await makeFolder(home)
  const runAs = await chooseRunAs(join(home, CLUSTER_NAME))
  const exists = await orNullOn(['ENOENT'], stat(join(home, CLUSTER_NAME)))
  if (!exists && isRoot() && !(await canEnter(home, runAs))) {
    home = (await openForPassage(home, runAs, log)) ? home : await elsewhere(data, log)
  }
  if (!(await canEnter(home, runAs))) {
    refuseStart('data_folder_unreachable', { folder: home, user: runAs.name })
  }
  return { cluster: join(home, CLUSTER_NAME), home, runAs }
}

const isPrivateTo = async (folder: string, runAs: RunAs): Promise<boolean> => {
  const found = await lstat(folder)
  return found.isDirectory() && found.uid === runAs.uid && (found.mode & 0o777) === 0o700
}

/** The cluster's own folder, or a short private one under /tmp where the path is too long. */
export const socketFolderFor = async ({ cluster, runAs }: Place): Promise<string> => {
  if (Buffer.byteLength(cluster + SOCKET_NAME) <= SOCKET_PATH_BYTES_MAX) return cluster
  const name = `/tmp/prewatt-${createHash('sha256').update(cluster).digest('hex').slice(0, 16)}`
  await orNullOn(['EEXIST'], mkdir(name, { mode: 0o700 }))
  if ((await lstat(name)).uid === process.getuid?.()) await giveTo(runAs, name)
  // /tmp is open to all: a folder that somebody else put there must not carry our connections.
  return (await isPrivateTo(name, runAs))
    ? name
    : refuseStart('data_folder_unreachable', { folder: name, user: runAs.name })
}
