// One centre per data folder 目录占用: held as a listening socket, which the kernel frees the moment
// the process dies, so that a lock can neither go stale nor be taken by two.

import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { errorCode } from '../error-code.ts'
import { refuseStart } from '../start-refusal.ts'

export type FolderLock = { release(): Promise<void> }

const WAIT_MS = 5_000
const LOOK_EVERY_MS = 100

const LINUX = process.platform === 'linux'

// Linux has names that are no files; elsewhere a socket file that a dead owner leaves is replaced.
const addressOf = (folder: string): string => {
  const name = `prewatt-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`
  return LINUX ? `\0${name}` : join(tmpdir(), `${name}.lock`)
}

/** The process id the holder tells, or null where nobody listens. */
const holderOf = (address: string): Promise<string | null> =>
  new Promise((resolve) => {
    let said = ''
    const socket = connect(address)
    socket.on('data', (piece) => {
      said += String(piece)
    })
    socket.on('error', () => resolve(null))
    socket.on('end', () => resolve(said))
  })

const listen = (address: string): Promise<Server | null> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.end(String(process.pid))
    })
    server.unref()
    server.once('error', (error) =>
      errorCode(error) === 'EADDRINUSE' ? resolve(null) : reject(error),
    )
    server.listen(address, () => resolve(server))
  })

const take = async (address: string): Promise<Server | null> => {
  const server = await listen(address)
  if (server !== null || LINUX || (await holderOf(address)) !== null) return server
  await rm(address, { force: true })
  return listen(address)
}

/**
 * The folder must be a real path. A holder may be on its way out, so the lock is waited for.
 * Refuses: data_folder_in_use.
 */
export const lockFolder = async (
  folder: string,
  log: (line: string) => void,
): Promise<FolderLock> => {
  const address = addressOf(folder)
  let server = await take(address)
  if (server === null) log(`${folder} is in use by process ${await holderOf(address)}: waiting …`)
  for (let waitedMs = 0; server === null && waitedMs < WAIT_MS; waitedMs += LOOK_EVERY_MS) {
    await pause(LOOK_EVERY_MS)
    server = await take(address)
  }
  const held =
    server ?? refuseStart('data_folder_in_use', { folder, pid: (await holderOf(address)) ?? '?' })
  return { release: () => new Promise((resolve) => held.close(() => resolve())) }
}
