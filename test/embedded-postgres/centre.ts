// A centre reduced to its database: starts it, says so in one line, and stays until it is killed.

import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/launcher.ts'

const [dataDir = ''] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

const server = await startEmbeddedPostgres({
  dataDir,
  durable: true,
  log: (line) => say({ log: line }),
})
say({ ready: true, pid: server.pid, ownerUrl: server.ownerUrl })
setInterval(() => {}, 60_000)
