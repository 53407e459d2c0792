// One centre per data folder 目录占用: held as a listening socket, which the kernel frees the moment
// the process dies, so that a lock can neither go stale nor be taken by two.

import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode } from '../error-code.ts'
import { refuseStart } from '../start-refusal.ts'

export type FolderLock = { release(): Promise<void> }

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

/** The folder must be a real path. Refuses: data_folder_in_use. */
export const lockFolder = async (folder: string): Promise<FolderLock> => {
  const address = addressOf(folder)
  let server = await listen(address)
  if (server === null) {
    const holder = await holderOf(address)
    if (holder !== null) refuseStart('data_folder_in_use', { folder, pid: holder })
    if (!LINUX) await rm(address, { force: true })
    server = await listen(address)
  }
  const held = server ?? refuseStart('data_folder_in_use', { folder, pid: '?' })
  return { release: () => new Promise((resolve) => held.close(() => resolve())) }
}
