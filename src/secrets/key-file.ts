// The key file 密钥文件: master keys in the data folder, one a line in hex, the first for a new
// installation. During a rotation the old and the new one stand in it until the database says which
// counts, so that whatever ends the program, its next start has the right one.

import type { Files } from '../ports/files.ts'
import type { Rng } from '../ports/ids.ts'
import { assert } from '../shared/assert.ts'
import { KEY_BYTES } from './cipher.ts'
import { fixedMasters, type Master, type Masters, masterOf } from './masters.ts'

export type KeyFile = {
  readonly path: string
  read(): Promise<Master[]>
  write(masters: readonly Master[]): Promise<void>
}

const LINE = new RegExp(`^[0-9a-f]{${KEY_BYTES * 2}}$`, 'i')

const parse = (path: string, content: Buffer): Master[] => {
  const lines = content.toString('utf8').split(/\s+/).filter(Boolean)
  const isSound = lines.length > 0 && lines.every((line) => LINE.test(line))
  assert(isSound, `${path} holds ${KEY_BYTES} bytes in hex on each line`)
  return lines.map((line) => masterOf(Buffer.from(line, 'hex')))
}

export const keyFileIn = (dataDir: string, files: Files): KeyFile => {
  const path = `${dataDir}/master.key`
  return {
    path,
    read: async () => {
      const content = await files.read(path)
      return content ? parse(path, content) : []
    },
    write: (masters) =>
      files.write(path, masters.map(({ key }) => `${key.toString('hex')}\n`).join('')),
  }
}

/**
 * The keys given as settings, or those of the file, which is made at the first start. Losing them
 * means losing every sealed secret: they belong in a backup of their own.
 */
export const mastersOf = async (
  given: readonly Buffer[],
  file: KeyFile,
  rng: Rng,
): Promise<Masters> => {
  if (given.length > 0) return fixedMasters(...given)
  let known = await file.read()
  if (known.length === 0) {
    known = [masterOf(rng.bytes(KEY_BYTES))]
    await file.write(known)
  }
  return {
    all: () => known,
    reload: async () => {
      known = await file.read()
    },
  }
}
