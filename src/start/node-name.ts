// The name of this installation's node 节点名称, which its leases and its clients at a broker carry.

import type { Files } from '../ports/files.ts'
import type { Rng } from '../ports/ids.ts'

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
