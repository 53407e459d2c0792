// Files behind the files port: written through a temporary name and fsync.

import { appendFile, mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Files } from '../ports/files.ts'

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

const write: Files['write'] = async (path, content, mode = 0o600) => {
  await mkdir(dirname(path), { recursive: true })
  const next = `${path}.next`
  const handle = await open(next, 'w', mode)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(next, path)
  // The new name lasts, too, before anything is built upon it.
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

export const systemFiles: Files = {
  read: async (path) => {
    try {
      return await readFile(path)
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  },
  write,
  append: async (path, line) => {
    await mkdir(dirname(path), { recursive: true })
    await appendFile(path, `${line}\n`, { mode: 0o600, flush: true })
  },
}
