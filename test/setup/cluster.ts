// One forgetful cluster per test run 测试集群, with one migrated template database: each test then
// gets a database of its own as a copy, in well under 100 ms. PREWATT_TEST_PG=15 runs on 15.

import { chmod, rm } from 'node:fs/promises'
import type { TestProject } from 'vitest/node'
import { ensureAppLogin } from '../../src/adapters/app-roles.ts'
import {
  startEmbeddedPostgres,
  urlOfDatabase,
} from '../../src/adapters/embedded-postgres/launcher.ts'
import { migrate } from '../../src/adapters/migrator.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { onStopSignal } from '../../src/adapters/stop-signals.ts'
import { quickFolder } from './quick-folder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /**
     * Addresses in the test cluster: its superuser's, and the application login's; and the file in
     * which statements are noted, null where nobody asks.
     */
    cluster: { ownerUrl: string; appUrl: string; template: string; statements: string | null }
  }
}

const APP_PASSWORD = 'test'
const TEMPLATE = 'prewatt'

export default async (project: TestProject): Promise<() => Promise<void>> => {
  const dataDir = quickFolder()
  // Under root the server runs as somebody else, who must be able to enter.
  await chmod(dataDir, 0o711)
  const lines: string[] = []
  const version = process.env.PREWATT_TEST_PG === '15' ? 15 : 18
  const log = (line: string) => lines.push(line)
  const server = await startEmbeddedPostgres({ dataDir, version, durable: false, log })
  const stop = async () => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  // vitest itself leaves at once on Ctrl-C, without the teardown.
  onStopSignal(() => void stop().finally(() => process.exit(1)))
  try {
    const appUrl = await ensureAppLogin(server.ownerUrl, APP_PASSWORD)
    await migrate(server.ownerUrl)
    await withClient(urlOfDatabase(server.ownerUrl, 'postgres'), (client) =>
      // Nobody may connect to the template: a connection would hold up every copy.
      client.query(`alter database ${TEMPLATE} with is_template true allow_connections false`),
    )
    const statements = process.env.PREWATT_TEST_STATEMENTS ?? null
    if (statements !== null) await rm(statements, { force: true })
    project.provide('cluster', {
      ownerUrl: server.ownerUrl,
      appUrl,
      template: TEMPLATE,
      statements,
    })
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}
