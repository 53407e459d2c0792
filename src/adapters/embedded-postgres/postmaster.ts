// The postmaster file 主进程文件: who serves a cluster now, and what an earlier run left behind.
// A file left by a dead server must never keep the next one from starting, and a live server of
// ours must never be left running beside it.

import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { orNullOn } from '../error-code.ts'
import { osProcess } from './os-process.ts'

export type PostmasterFile = { pid: number; socketFolder: string; port: number; ready: boolean }

const FAST_STOP_MS = 30_000
const IMMEDIATE_STOP_MS = 5_000
const LOOK_EVERY_MS = 20
/** Above every pid the kernel gives out (PID_MAX_LIMIT is 2²²), so it never exists. */
const NOBODY_PID = 2_147_483_647

const fileOf = (cluster: string) => join(cluster, 'postmaster.pid')

/** Lines of postmaster.pid: pid, folder, start, port, socket folder, address, memory, status. */
export const parsePostmaster = (text: string): PostmasterFile | null => {
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return null
  return {
    pid,
    port: Number(lines[3]),
    socketFolder: lines[4] ?? '',
    ready: lines[7]?.trim() === 'ready',
  }
}

export const readPostmaster = async (cluster: string): Promise<PostmasterFile | null> => {
  const text = await orNullOn(['ENOENT'], readFile(fileOf(cluster), 'utf8'))
  return text === null ? null : parsePostmaster(text)
}

/** Whether the process is a server on this very cluster, not one that was given the same pid. */
const serves = async (pid: number, cluster: string): Promise<boolean> => {
  const found = await osProcess(pid)
  return found.state === 'running' && found.command.endsWith(`postgres -D ${cluster}`)
}

/** The server that serves the cluster and takes connections, or null. */
export const servingPostmaster = async (cluster: string): Promise<PostmasterFile | null> => {
  const file = await readPostmaster(cluster)
  return file?.ready && (await serves(file.pid, cluster)) ? file : null
}

const endsWithin = async (pid: number, cluster: string, withinMs: number): Promise<boolean> => {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += LOOK_EVERY_MS) {
    if (!(await serves(pid, cluster))) return true
    await pause(LOOK_EVERY_MS)
  }
  return false
}

const signal = (pid: number, name: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void => {
  try {
    process.kill(pid, name)
  } catch {
    // It ended between the look and the signal, which is what we wanted.
  }
}

/** Fast shutdown (open transactions roll back); then immediate (recovery at start); then kill. */
export const stopPostmaster = async (pid: number, cluster: string): Promise<void> => {
  signal(pid, 'SIGINT')
  if (await endsWithin(pid, cluster, FAST_STOP_MS)) return
  signal(pid, 'SIGQUIT')
  if (await endsWithin(pid, cluster, IMMEDIATE_STOP_MS)) return
  signal(pid, 'SIGKILL')
  await endsWithin(pid, cluster, IMMEDIATE_STOP_MS)
}

/**
 * Clears the way for a start: stops an orphan of ours; makes a file harmless whose pid is a zombie
 * or was given to another program. PostgreSQL takes any living pid for a running server, so the
 * pid is replaced by one that cannot exist. The file itself stays: with it PostgreSQL checks that
 * no backend of the dead server still holds the shared memory, and removing it would corrupt data.
 */
export const settleOldPostmaster = async (
  cluster: string,
  log: (line: string) => void,
): Promise<void> => {
  const file = await readPostmaster(cluster)
  if (file === null) return
  if (await serves(file.pid, cluster)) {
    log(`PostgreSQL of an earlier run is still there (process ${file.pid}): stopping it`)
    await stopPostmaster(file.pid, cluster)
    if ((await readPostmaster(cluster)) === null) return
  }
  const text = await readFile(fileOf(cluster), 'utf8')
  const { mode } = await stat(fileOf(cluster))
  const rest = text.slice(text.indexOf('\n'))
  await writeFile(fileOf(cluster), `${NOBODY_PID}${rest}`, { mode })
  // This one guards only the name of the socket, and is read in the same credulous way.
  await rm(join(file.socketFolder, `.s.PGSQL.${file.port}.lock`), { force: true })
  log(`PostgreSQL was not stopped cleanly last time (process ${file.pid}): it will recover`)
}
