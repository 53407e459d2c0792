// The real centre for tests 整机测试: `src/main.ts` as its own process on a data folder of its own,
// with the simulator beside it as the witness.

import { type ChildProcess, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export type TestCentre = {
  url: string
  adminPassword: string
  /** Control address of the simulator. */
  simulator: string
  dataDir: string
  readonly pid: number
  /** kill -9 of the centre alone; PostgreSQL and the simulator are left as they are. */
  kill(): Promise<void>
  /** Ends it as Ctrl-C does; the data stay. */
  end(): Promise<void>
  /** Starts it again on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const ADMIN_PASSWORD = 'Test-admin-2026'
const START_TIMEOUT_MS = 180_000
const MAIN = join(process.cwd(), 'src/main.ts')

type Place = { url: string; simulator: string; pid: number }

const isPlace = (value: unknown): value is Place =>
  typeof value === 'object' && value !== null && 'url' in value && 'simulator' in value

const placeIn = (dataDir: string, pid: number): Place | null => {
  const path = join(dataDir, 'centre.json')
  if (!existsSync(path)) return null
  try {
    const place: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isPlace(place) && place.pid === pid ? place : null
  } catch {
    return null
  }
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
  })

export const startCentre = async (
  options: {
    simLoad?: number
    port?: number
    env?: Record<string, string>
    /** A file that what it prints is written to as well. */
    logTo?: string
  } = {},
): Promise<TestCentre> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'prewatt-centre-'))
  const { logTo } = options
  if (logTo !== undefined) {
    mkdirSync(dirname(logTo), { recursive: true })
    writeFileSync(logTo, '')
  }
  let printed = ''
  let child: ChildProcess
  const launch = async (port: number): Promise<Place> => {
    const started = performance.now()
    const args = [MAIN, '--sim-load', String(options.simLoad ?? 1)]
    child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PREWATT_DATA: dataDir,
        PREWATT_PORT: String(port),
        PREWATT_ADMIN_PASSWORD: ADMIN_PASSWORD,
        ...options.env,
      },
    })
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => {
        printed += bytes.toString('utf8')
        if (logTo !== undefined) appendFileSync(logTo, bytes)
      })
    for (;;) {
      const place = placeIn(dataDir, child.pid ?? -1)
      if (place) return place
      const late = performance.now() - started > START_TIMEOUT_MS
      if (child.exitCode !== null || late) throw new Error(`the centre did not start:\n${printed}`)
      await pause(50)
    }
  }
  const first = await launch(options.port ?? 0)
  const port = Number(new URL(first.url).port)
  return {
    url: first.url,
    adminPassword: ADMIN_PASSWORD,
    simulator: first.simulator,
    dataDir,
    get pid() {
      return child.pid ?? -1
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended(child)
    },
    end: async () => {
      child.kill('SIGTERM')
      await ended(child)
    },
    restart: async () => {
      await launch(port)
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended(child)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
