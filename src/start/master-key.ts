// The master key 主密钥 lives outside the database: given as a setting, or made once in the data
// folder.

import type { Files } from '../ports/files.ts'
import type { Rng } from '../ports/ids.ts'
import { assert } from '../shared/assert.ts'

const KEY_BYTES = 32

/** Losing this file means losing every sealed secret: it belongs in a backup of its own. */
export const masterKeyOf = async (
  given: Buffer | null,
  dataDir: string,
  ports: { files: Files; rng: Rng },
): Promise<Buffer> => {
  if (given) return given
  const path = `${dataDir}/master.key`
  const kept = await ports.files.read(path)
  if (kept) {
    const key = Buffer.from(kept.toString('utf8').trim(), 'hex')
    assert(key.length === KEY_BYTES, `${path} holds ${KEY_BYTES} bytes in hex`)
    return key
  }
  const key = ports.rng.bytes(KEY_BYTES)
  await ports.files.write(path, `${key.toString('hex')}\n`)
  return key
}

/** A stable name for this installation's node: the same node takes its leases back at once. */
export const nodeNameOf = async (
  dataDir: string,
  ports: { files: Files; rng: Rng },
): Promise<string> => {
  const path = `${dataDir}/node.id`
  const kept = await ports.files.read(path)
  if (kept) return kept.toString('utf8').trim()
  const name = `node-${ports.rng.bytes(6).toString('hex')}`
  await ports.files.write(path, `${name}\n`)
  return name
}
