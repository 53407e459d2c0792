// The simulated complex as its own process 模拟综合体: started beside the centre, and never stopped
// by the centre's death, because it is the witness of what reached the meters.

import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { assert } from '../shared/assert.ts'

export type Simulator = {
  control: string
  gateways: { code: string; host: string; port: number }[]
  stop(): Promise<void>
}

const ENTRY = fileURLToPath(new URL('../../sim/main.ts', import.meta.url))
const STOP_TIMEOUT_MS = 5_000
const STOP_POLL_MS = 50

type Ready = Omit<Simulator, 'stop'> & { pid: number }

const isReady = (value: unknown): value is Ready =>
  typeof value === 'object' && value !== null && 'ready' in value && 'gateways' in value

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const stopProcess = async (pid: number): Promise<void> => {
  if (!alive(pid)) return
  process.kill(pid, 'SIGTERM')
  const until = performance.now() + STOP_TIMEOUT_MS
  while (alive(pid) && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, STOP_POLL_MS))
  if (alive(pid)) process.kill(pid, 'SIGKILL')
}

/** Starts it, or joins the one that serves this database already. Rejects when it can't start. */
export const startSimulator = (options: {
  dataDir: string
  databaseId: string
  load: number
  args?: readonly string[]
}): Promise<Simulator> => {
  mkdirSync(options.dataDir, { recursive: true })
  const log = openSync(`${options.dataDir}/simulator.log`, 'a')
  const given = ['--data', options.dataDir, '--bound-to', options.databaseId]
  const load = ['--load', String(options.load)]
  const child = spawn(process.execPath, [ENTRY, ...given, ...load, ...(options.args ?? [])], {
    // A group of its own: Ctrl-C reaches the centre, which stops it when its own work is done.
    detached: true,
    stdio: ['ignore', 'pipe', log],
  })
  child.unref()
  const { stdout } = child
  assert(stdout !== null, 'the simulator writes to a pipe')
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stdout })
    lines.once('line', (text) => {
      const ready: unknown = JSON.parse(text)
      if (!isReady(ready)) return reject(new Error(`the simulator said: ${text}`))
      lines.close()
      stdout.destroy()
      const { control, gateways, pid } = ready
      resolve({ control, gateways, stop: () => stopProcess(pid) })
    })
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`the simulator ended with ${code}; see ${options.dataDir}/simulator.log`)),
    )
  })
}
