// What the launcher's tests share: folders that go away, a centre to kill, a look at processes.

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, onTestFinished } from 'vitest'
import { nativeFolder } from '../../src/adapters/embedded-postgres/binaries.ts'
import {
  type EmbeddedOptions,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/adapters/embedded-postgres/launcher.ts'
import { osProcess } from '../../src/adapters/embedded-postgres/os-process.ts'
import { isRoot } from '../../src/adapters/embedded-postgres/run-as.ts'
import { withClient } from '../../src/adapters/one-client.ts'

const CENTRE = fileURLToPath(new URL('./centre.ts', import.meta.url))
const FIND_BINARIES = fileURLToPath(new URL('./find-binaries.ts', import.meta.url))
const LOOK_EVERY_MS = 20

let folders = 0

/** A folder under /tmp that is removed after the test; anybody may pass through it. */
export const folder = async (mode = 0o755): Promise<string> => {
  folders += 1
  const path = `/tmp/prewatt-launcher-${process.pid}-${folders}`
  await mkdir(path, { mode })
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
  return path
}

const run = promisify(execFile)

/** The installed binaries without the soname links, as npm leaves them when scripts are blocked. */
export const nativeWithoutLinks = async (into: string): Promise<string> => {
  const from = join(nativeFolder(18), '..')
  const to = join(into, 'package')
  // Hard links spare 61 MB a test; another file system gets a copy.
  await run('cp', ['-al', from, to]).catch(() => run('cp', ['-a', from, to]))
  await run('find', [join(to, 'native'), '-type', 'l', '-delete'])
  return join(to, 'native')
}

/** A data folder whose cluster was made and stopped before; initdb runs once for all of them. */
export const madeBefore = async (): Promise<string> => {
  const dataDir = await folder()
  await run('cp', ['-a', join(await firstMade(), 'postgres'), dataDir])
  return dataDir
}

let made: Promise<string> | null = null
const firstMade = (): Promise<string> => {
  made ??= (async () => {
    const dataDir = `/tmp/prewatt-launcher-${process.pid}-made`
    const server = await startEmbeddedPostgres({ dataDir, durable: true, log: () => {} })
    await leaveMark(server.ownerUrl)
    await server.stop()
    return dataDir
  })()
  return made
}

afterAll(async () => {
  if (made) await rm(await made, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

/** A started server that is stopped after the test, with what it logged. */
export const start = async (
  options: Partial<EmbeddedOptions> & { dataDir: string },
): Promise<EmbeddedPostgres & { lines: string[] }> => {
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const server = await startEmbeddedPostgres({ durable: true, log, ...options })
  onTestFinished(() => server.stop())
  return Object.assign(server, { lines })
}

export type Centre = { process: ChildProcess; ready: Promise<{ pid: number; ownerUrl: string }> }

/** What `binariesFor` finds when a folder's write protection counts, as it does not for root. */
export const findBinaries = (native: string, home: string): { postgres: string } => {
  const bound = ['--bounding-set=-dac_override', process.execPath]
  const [program = '', ...args] = isRoot() ? ['setpriv', ...bound] : [process.execPath]
  const { stdout } = spawnSync(program, [...args, FIND_BINARIES, native, home])
  return JSON.parse(String(stdout))
}

/** A centre in a process of its own, killed after the test. */
export const centre = (dataDir: string, env: Record<string, string> = {}): Centre => {
  const child = spawn(process.execPath, [CENTRE, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const lines = createInterface({ input: child.stdout })
  const ready = new Promise<{ pid: number; ownerUrl: string }>((resolve, reject) => {
    lines.on('line', (line) => {
      const said = JSON.parse(line)
      if (said.ready) resolve(said)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the centre ended: ${code}`)))
  })
  // A test that kills the centre before it is ready does not wait for this.
  ready.catch(() => {})
  return { process: child, ready }
}

export const kill9 = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGKILL')
  await until(async () => (await osProcess(pid)).state !== 'running')
}

export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await pause(LOOK_EVERY_MS)
}

export const ask = (url: string, sql: string): Promise<Record<string, unknown>[]> =>
  withClient(url, async (client) => (await client.query(sql)).rows)

/** Leaves a committed row behind, for the next server to find. */
export const leaveMark = (url: string) => ask(url, 'create table mark as select 42 as value')

export const expectMark = async (url: string, times = 1): Promise<void> => {
  expect(await ask(url, 'select value from mark')).toEqual(Array(times).fill({ value: 42 }))
}

/** Real user id and process group of a running process. */
export const identityOf = async (pid: number): Promise<{ uid: number; group: number }> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { uid: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]), group: Number(fields[2]) }
}
