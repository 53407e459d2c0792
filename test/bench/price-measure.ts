// What something took 用时与CPU: wall time, and CPU here and in the server, in which other programs do
// not count.

import { withClient } from '../../src/adapters/one-client.ts'
import { cpuOf } from './ingest-world.ts'

export type Taken = { seconds: number; oursS: number; serversS: number }

/** CPU that the server's processes of this program have used so far, s. */
const serverCpu = (ownerUrl: string): Promise<number> =>
  withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    return rows.reduce((sum, { pid }) => sum + (cpuOf(pid) ?? 0), 0) / 1e6
  })

/** Of connections that are still open afterwards. */
export const taken = async (ownerUrl: string, run: () => Promise<unknown>): Promise<Taken> => {
  const before = await serverCpu(ownerUrl)
  const own = process.cpuUsage()
  const began = performance.now()
  await run()
  const seconds = (performance.now() - began) / 1_000
  const { user, system } = process.cpuUsage(own)
  const servers = (await serverCpu(ownerUrl)) - before
  return { seconds, oursS: (user + system) / 1e6, serversS: servers }
}
