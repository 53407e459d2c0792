// The operating-system user PostgreSQL runs as 运行用户: it refuses root, and initdb refuses a uid
// without a line in /etc/passwd. Also: what that user can reach, and processes started as him.

import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { chmod, chown, readFile, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { refuseStart } from '../start-refusal.ts'

export type RunAs = { uid: number; gid: number; name: string }

const ROOT = 0
const PREFERRED_USERS = ['postgres', 'nobody']

// An own environment: LANG of an uninstalled locale stops initdb, and PG… variables mislead both.
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' }

const currentUser = (): RunAs => ({
  uid: process.getuid?.() ?? -1,
  gid: process.getgid?.() ?? -1,
  name: `uid ${process.getuid?.()}`,
})

export const isRoot = (): boolean => currentUser().uid === ROOT

const preferredUser = async (): Promise<RunAs> => {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const wanted of PREFERRED_USERS) {
    const [name, , uid, gid] = lines.find(([user]) => user === wanted) ?? []
    if (name && Number(uid) > ROOT) return { uid: Number(uid), gid: Number(gid), name }
  }
  return refuseStart('os_user_unknown')
}

/**
 * Who runs the server: ourselves, or, under root, the owner of a cluster that exists already,
 * else `postgres`, else `nobody`. Refuses: os_user_unknown, data_folder_not_ours.
 */
export const chooseRunAs = async (cluster: string): Promise<RunAs> => {
  const owner = await stat(cluster).catch(() => null)
  if (!isRoot()) {
    const me = currentUser()
    if (owner && owner.uid !== me.uid) {
      refuseStart('data_folder_not_ours', { folder: cluster, uid: owner.uid })
    }
    return me
  }
  if (owner && owner.uid !== ROOT) {
    return { uid: owner.uid, gid: owner.gid, name: `uid ${owner.uid}` }
  }
  return preferredUser()
}

/** Hands a file or folder to the user; nothing to do when we run as him. */
export const giveTo = async (runAs: RunAs, path: string): Promise<void> => {
  if (isRoot()) await chown(path, runAs.uid, runAs.gid)
}

/** A cluster that root restored from a backup belongs to root: give all of it back, closed. */
export const giveBackIfRestored = async (runAs: RunAs, cluster: string): Promise<void> => {
  if (!isRoot() || (await stat(cluster)).uid !== ROOT) return
  spawnSync('chown', ['-R', `${runAs.uid}:${runAs.gid}`, cluster])
  await chmod(cluster, 0o700)
}

const allows = async (path: string, runAs: RunAs, bits: number): Promise<boolean> => {
  const { mode, uid, gid } = await stat(path)
  const shift = uid === runAs.uid ? 6 : gid === runAs.gid ? 3 : 0
  return ((mode >> shift) & bits) === bits
}

const READ_AND_ENTER = 5
const ENTER = 1

/** Whether the user can read `path` and enter every folder above it. */
export const canReach = async (path: string, runAs: RunAs, bits = READ_AND_ENTER) => {
  let at = await realpath(path)
  if (!(await allows(at, runAs, bits))) return false
  while (at !== dirname(at)) {
    at = dirname(at)
    if (!(await allows(at, runAs, ENTER))) return false
  }
  return true
}

/** Whether the user can pass through the folder; that suffices for what lies in it. */
export const canEnter = (folder: string, runAs: RunAs) => canReach(folder, runAs, ENTER)

let parentDeathSignal: boolean | null = null
const hasParentDeathSignal = (): boolean => {
  parentDeathSignal ??=
    spawnSync('setpriv', ['--pdeathsig', 'INT', 'true'], { env: ENVIRONMENT }).status === 0
  return parentDeathSignal
}

/**
 * Starts a program as the user, in a session of its own so that Ctrl-C in the terminal reaches only
 * us. With setpriv (util-linux) the kernel signals the program when we die, even by kill -9;
 * elsewhere the next start stops what is left.
 */
export const spawnAs = (
  runAs: RunAs,
  program: string,
  args: readonly string[],
  options: { whenWeDie: 'INT' | 'KILL' } & Pick<SpawnOptions, 'stdio' | 'cwd'>,
): ChildProcess => {
  const { whenWeDie, ...io } = options
  const shared = { ...io, detached: true, env: ENVIRONMENT }
  if (!hasParentDeathSignal()) {
    const identity = isRoot() ? { uid: runAs.uid, gid: runAs.gid } : {}
    return spawn(program, args, { ...shared, ...identity })
  }
  const identity = isRoot()
    ? [`--reuid=${runAs.uid}`, `--regid=${runAs.gid}`, '--clear-groups']
    : []
  const death = ['--pdeathsig', whenWeDie]
  return spawn('setpriv', [...identity, ...death, '--', program, ...args], shared)
}
