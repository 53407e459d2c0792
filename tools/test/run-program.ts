// Runs one program of the test run, keeps what it says, and ends it when it takes too long.

import { type ChildProcess, spawn } from 'node:child_process'

export type Ran = { ok: boolean; output: string }

const LIMIT_MS = 20 * 60_000
const STILL_RUNNING_EVERY_MS = 20_000

const running = new Set<ChildProcess>()

/** Ends what runs now as a Ctrl-C would, so that it cleans up; its steps then fail. */
export const stopRunning = (): void => {
  for (const child of running) child.kill('SIGINT')
}

export const runProgram = (
  program: string,
  args: readonly string[],
  options: { env?: Record<string, string>; onStillRunning?: (elapsedMs: number) => void } = {},
): Promise<Ran> =>
  new Promise((resolve) => {
    const startedAt = performance.now()
    const env = { ...process.env, NO_COLOR: '1', ...options.env }
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (piece) => {
        output += piece
      })
    }
    const report = setInterval(
      () => options.onStillRunning?.(performance.now() - startedAt),
      STILL_RUNNING_EVERY_MS,
    )
    const limit = setTimeout(() => {
      output += `\nended after ${LIMIT_MS / 60_000} minutes\n`
      child.kill('SIGKILL')
    }, LIMIT_MS)
    const done = (ok: boolean): void => {
      clearInterval(report)
      clearTimeout(limit)
      running.delete(child)
      resolve({ ok, output })
    }
    child.once('error', (error) => {
      output += error.message
      done(false)
    })
    child.once('close', (code) => done(code === 0))
  })
